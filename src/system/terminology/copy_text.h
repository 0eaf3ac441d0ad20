// Rows in COPY's text format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::ocl {

class CopyText {
 public:
  CopyText& Add(std::string_view text);
  CopyText& Add(const char* text) { return Add(std::string_view(text)); }
  CopyText& Add(const std::string& text) { return Add(std::string_view(text)); }
  CopyText& Add(int64_t number) { return Add(std::string_view(std::to_string(number))); }
  CopyText& Add(int32_t number) { return Add(int64_t{number}); }
  CopyText& Add(bool value) { return Add(std::string_view(value ? "t" : "f")); }
  CopyText& Add(const std::optional<std::string>& text) { return text ? Add(*text) : AddNull(); }
  CopyText& AddNull();
  void EndRow();

  bool empty() const { return bytes_.empty(); }
  const std::string& bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  void Separate();
  std::string bytes_;
  bool row_begun_ = false;
};

}  // namespace sluice::ocl
