#include "object/time_text.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace sluice {
namespace {

using std::chrono::system_clock;

std::optional<system_clock::time_point> FromParts(tm parts, int month, int year) {
  parts.tm_mon = month - 1;
  parts.tm_year = year - 1900;
  bool sane = year >= 1900 && year <= 9999 && month >= 1 && month <= 12 && parts.tm_mday >= 1 &&
              parts.tm_mday <= 31 && parts.tm_hour >= 0 && parts.tm_hour < 24 &&
              parts.tm_min >= 0 && parts.tm_min < 60 && parts.tm_sec >= 0 && parts.tm_sec <= 60;
  if (!sane) return std::nullopt;
  return system_clock::from_time_t(timegm(&parts));
}

}  // namespace

std::optional<system_clock::time_point> ParseIsoTime(std::string_view text) {
  tm parts{};
  int year = 0, month = 0, read = 0;
  std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &parts.tm_mday,
                  &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &read) != 6) {
    return std::nullopt;
  }
  auto whole = FromParts(parts, month, year);
  if (!whole) return whole;
  // Digits beyond microseconds say nothing that anybody keeps.
  std::chrono::microseconds fraction{0}, unit{100'000};
  size_t at = static_cast<size_t>(read);
  if (at < copy.size() && copy[at] == '.') {
    for (++at; at < copy.size() && copy[at] >= '0' && copy[at] <= '9'; ++at, unit /= 10) {
      fraction += unit * (copy[at] - '0');
    }
  }
  return *whole + fraction;
}

std::optional<system_clock::time_point> ParseHttpDate(std::string_view text) {
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  tm parts{};
  int year = 0;
  char month[4] = {};
  std::string copy(text);
  if (std::sscanf(copy.c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &parts.tm_mday, month, &year,
                  &parts.tm_hour, &parts.tm_min, &parts.tm_sec) != 6) {
    return std::nullopt;
  }
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (std::string_view(month) == kMonths[i]) {
      return FromParts(parts, static_cast<int>(i) + 1, year);
    }
  }
  return std::nullopt;
}

std::string FormatAmzTime(system_clock::time_point time) {
  time_t seconds = system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace sluice
