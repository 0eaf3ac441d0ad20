#include "app/setting_value.h"

#include <fmt/format.h>

#include <charconv>

#include "base/unit.h"
#include "object/time_text.h"

namespace sluice {

uint64_t ReadNumber(const std::string& text, uint64_t least, uint64_t most) {
  uint64_t number = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = failed == std::errc() && end == text.data() + text.size();
  if (whole && number >= least && number <= most) return number;
  std::string range = most == UINT64_MAX ? fmt::format("of at least {}", least)
                                         : fmt::format("from {} to {}", least, most);
  throw BadValue{fmt::format("must be a whole number {}, not '{}'", range, text)};
}

std::chrono::milliseconds ReadMilliseconds(const std::string& text, uint64_t least) {
  constexpr uint64_t kDay = 24 * 60 * 60 * 1000;
  return std::chrono::milliseconds(ReadNumber(text, least, kDay));
}

uint64_t ReadSize(const std::string& text) {
  constexpr std::pair<std::string_view, uint64_t> kUnits[] = {
      {"", 1},       {"B", 1},      {"kB", 1'000}, {"MB", 1'000'000},         {"GB", 1'000'000'000},
      {"KiB", kKiB}, {"MiB", kMiB}, {"GiB", kGiB}, {"TB", 1'000'000'000'000}, {"TiB", 1024 * kGiB}};
  uint64_t number = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  for (const auto& [word, bytes] : kUnits) {
    if (failed == std::errc() && unit == word && number <= UINT64_MAX / bytes) {
      return number * bytes;
    }
  }
  throw BadValue{"must be like 500MB or 64GiB, not '" + text + "'"};
}

Rate ReadRate(const std::string& text) {
  if (std::optional<Rate> rate = ParseRate(text)) return *rate;
  throw BadValue{"must be like 5000rows/s, 20MB/s or 2objects/s, not '" + text + "'"};
}

bool ReadSwitch(const std::string& text) {
  if (text == "true" || text == "yes" || text == "1") return true;
  if (text == "false" || text == "no" || text == "0") return false;
  throw BadValue{"must be true or false, not '" + text + "'"};
}

int64_t ReadTime(const std::string& text) {
  constexpr size_t kDateLength = 10, kTimeLength = 20;  // "2024-05-31", "2024-05-31T12:00:00Z"
  bool whole = text.size() == kTimeLength && text.back() == 'Z';
  auto time = ParseIsoTime(text.size() == kDateLength ? text + "T00:00:00Z" : text);
  if (!time || (!whole && text.size() != kDateLength)) {
    throw BadValue{"must be like 2024-05-31 or 2024-05-31T12:00:00Z, not '" + text + "'"};
  }
  return std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count();
}

std::string ReadWord(const std::string& text) {
  if (text.empty()) throw BadValue{"must not be empty"};
  return text;
}

std::vector<std::string> ReadCommaLists(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    size_t start = 0;
    while (start <= value.size()) {
      size_t comma = std::min(value.find(',', start), value.size());
      words.push_back(ReadWord(value.substr(start, comma - start)));
      start = comma + 1;
    }
  }
  return words;
}

}  // namespace sluice
