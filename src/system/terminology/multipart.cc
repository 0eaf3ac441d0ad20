#include "system/terminology/multipart.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.h"

namespace sluice::ocl {
namespace {

constexpr size_t kHeadBytesMax = size_t{16} << 10;
constexpr size_t kFieldBytesMax = size_t{16} << 10;
constexpr size_t kFieldsMax = 32;

[[noreturn]] void Refuse(const std::string& why) {
  throw Fault("usage", "the form cannot be read: " + why)
      .With(Scope::kRun)
      .Remedy("send the script as the field 'file' or 'data', or as the whole body");
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// The value of `; name=value` or `; name="value"` in a header.
std::string ParameterOf(std::string_view header, const std::string& name) {
  std::string lower = Lower(header);
  size_t at = 0;
  for (;;) {
    at = lower.find(name + "=", at);
    if (at == std::string::npos) return "";
    if (at > 0 && (lower[at - 1] == ' ' || lower[at - 1] == ';' || lower[at - 1] == '\t')) break;
    ++at;
  }
  std::string_view value = header.substr(at + name.size() + 1);
  if (!value.starts_with('"')) return std::string(value.substr(0, value.find_first_of("; \t\r\n")));
  value.remove_prefix(1);
  return std::string(value.substr(0, value.find('"')));
}

bool IsScript(std::string_view field) { return field == "data" || field == "file"; }

}  // namespace

std::string BoundaryOf(std::string_view content_type) {
  if (!Lower(content_type).starts_with("multipart/form-data")) return "";
  return ParameterOf(content_type, "boundary");
}

MultipartReader::MultipartReader(const std::string& boundary,
                                 std::function<void(std::string_view)> script)
    : delimiter_("\r\n--" + boundary), script_(std::move(script)) {
  constexpr size_t kBoundaryMax = 70;  // RFC 2046, 5.1.1
  if (boundary.empty() || boundary.size() > kBoundaryMax) Refuse("it has no valid boundary");
}

void MultipartReader::Take(std::string_view piece) {
  buffer_ += piece;
  while (Step()) {
  }
}

void MultipartReader::Finish() const {
  if (stage_ != Stage::kEpilogue) Refuse("it is cut off");
}

bool MultipartReader::Step() {
  switch (stage_) {
    case Stage::kPreamble: {
      size_t at = buffer_.find(delimiter_);
      if (at == std::string::npos) {
        size_t kept = std::min(buffer_.size(), delimiter_.size());
        buffer_.erase(0, buffer_.size() - kept);
        return false;
      }
      buffer_.erase(0, at + delimiter_.size());
      stage_ = Stage::kAfterDelimiter;
      return true;
    }
    case Stage::kAfterDelimiter: {
      if (buffer_.size() < 2) return false;
      bool last = buffer_.starts_with("--");
      size_t end = buffer_.find("\r\n");  // what blanks precede it is padding
      if (!last && end == std::string::npos) {
        if (buffer_.size() > kHeadBytesMax) Refuse("a delimiter has no end");
        return false;
      }
      if (!last) buffer_.erase(0, end);
      stage_ = last ? Stage::kEpilogue : Stage::kHead;
      return true;
    }
    case Stage::kHead:
      return TakeHead();
    case Stage::kBody:
      return TakeBody();
    case Stage::kEpilogue:
      buffer_.clear();
      break;
  }
  return false;
}

// The buffer begins with the line end before the first header.
bool MultipartReader::TakeHead() {
  size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (buffer_.size() > kHeadBytesMax) Refuse("a part's head is too long");
    return false;
  }
  std::string head = buffer_.substr(0, end);
  buffer_.erase(0, end + 4);
  size_t at = Lower(head).find("content-disposition:");
  std::string line = at == std::string::npos ? "" : head.substr(at, head.find("\r\n", at) - at);
  field_ = ParameterOf(line, "name");
  if (field_.empty()) Refuse("a part has no name");
  if (!IsScript(field_) && fields_.size() >= kFieldsMax) Refuse("it has too many fields");
  if (!IsScript(field_)) fields_[field_].clear();
  stage_ = Stage::kBody;
  return true;
}

bool MultipartReader::TakeBody() {
  size_t at = buffer_.find(delimiter_);
  bool ended = at != std::string::npos;
  // What may be the beginning of a delimiter waits for its end.
  size_t size = ended ? at : buffer_.size() - std::min(buffer_.size(), delimiter_.size());
  if (size != 0) Deliver(std::string_view(buffer_).substr(0, size));
  buffer_.erase(0, ended ? at + delimiter_.size() : size);
  if (ended) stage_ = Stage::kAfterDelimiter;
  return ended;
}

void MultipartReader::Deliver(std::string_view bytes) {
  if (IsScript(field_)) return script_(bytes);
  std::string& value = fields_[field_];
  value += bytes;
  if (value.size() > kFieldBytesMax) Refuse("the field " + field_.substr(0, 50) + " is too long");
}

}  // namespace sluice::ocl
