#include "system/traffic/feed_file.h"

#include <charconv>

#include "base/check.h"

namespace sluice {

std::string ToText(const FeedFile& file) {
  return std::to_string(file.start_millis) + " " + std::to_string(file.end_millis) + " " +
         file.json_hash + " " + file.note;
}

FeedFile ParseFeedFile(std::string_view text) {
  FeedFile file;
  size_t first = text.find(' ');
  CHECK(first != std::string_view::npos);
  size_t second = text.find(' ', first + 1);
  CHECK(second != std::string_view::npos);
  size_t third = text.find(' ', second + 1);
  CHECK(third != std::string_view::npos);
  std::from_chars(text.data(), text.data() + first, file.start_millis);
  std::from_chars(text.data() + first + 1, text.data() + second, file.end_millis);
  file.json_hash = text.substr(second + 1, third - second - 1);
  file.note = text.substr(third + 1);
  return file;
}

}  // namespace sluice
