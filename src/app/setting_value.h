// Turns the text of an option's value into what it means. All of these throw BadValue.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/option.h"

namespace sluice {

uint64_t ReadNumber(const std::string& text, uint64_t least, uint64_t most);
// A whole number of milliseconds, 0 to one day.
std::chrono::milliseconds ReadMilliseconds(const std::string& text, uint64_t least);
// Bytes: "1000000", "500MB", "64GiB".
uint64_t ReadSize(const std::string& text);
Rate ReadRate(const std::string& text);
bool ReadSwitch(const std::string& text);
// A date, or a date and time, of UTC, as seconds since 1970.
int64_t ReadTime(const std::string& text);
std::string ReadWord(const std::string& text);  // not empty
// "a,b,c" of each value, in one list.
std::vector<std::string> ReadCommaLists(const std::vector<std::string>& values);

template <class T>
T ReadChoice(const std::string& text,
             std::initializer_list<std::pair<std::string_view, T>> choices) {
  std::string all;
  for (const auto& [word, meaning] : choices) {
    if (text == word) return meaning;
    all.append(all.empty() ? "" : ", ").append(word);
  }
  throw BadValue{"must be one of " + all + ", not '" + text + "'"};
}

}  // namespace sluice
