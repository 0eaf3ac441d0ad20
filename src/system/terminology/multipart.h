// multipart/form-data (RFC 7578), read piece by piece: fields that are short go into memory, the
// one that is a script goes on as it comes.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace sluice::ocl {

// The boundary of a Content-Type; empty if it names none.
std::string BoundaryOf(std::string_view content_type);

class MultipartReader {
 public:
  // `script` gets the bytes of the fields called "data" and "file", which stream.
  MultipartReader(const std::string& boundary, std::function<void(std::string_view)> script);

  // Errors (kNever, kRun): "usage".
  void Take(std::string_view piece);
  // All pieces were taken. Errors: likewise, when the form is cut off.
  void Finish() const;

  // The other fields, by name.
  const std::map<std::string, std::string, std::less<>>& fields() const { return fields_; }

 private:
  enum class Stage { kPreamble, kAfterDelimiter, kHead, kBody, kEpilogue };
  bool Step();  // false: more bytes are needed
  bool TakeHead();
  bool TakeBody();
  void Deliver(std::string_view bytes);

  const std::string delimiter_;  // CRLF--boundary
  const std::function<void(std::string_view)> script_;
  Stage stage_ = Stage::kPreamble;
  std::string buffer_ = "\r\n";  // so that the first delimiter needs no line before it
  std::string field_;            // of the part at hand
  std::map<std::string, std::string, std::less<>> fields_;
};

}  // namespace sluice::ocl
