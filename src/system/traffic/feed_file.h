// What the writer needs to know of a file besides its rows. The mapper hands it over as the one row
// of table 0, in this form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

struct FeedFile {
  int64_t start_millis = 0, end_millis = 0;
  std::string json_hash;
  std::string note;  // what is worth telling of it; empty: nothing
};

std::string ToText(const FeedFile& file);
// REQUIRES: text that ToText made
FeedFile ParseFeedFile(std::string_view text);

}  // namespace sluice
