// The three ways in which S3 writes a moment, all in UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

// "2026-01-31T23:59:59.000Z", the fraction optional (listings, credentials).
std::optional<std::chrono::system_clock::time_point> ParseIsoTime(std::string_view text);
// "Sat, 31 Jan 2026 23:59:59 GMT" (Date and Last-Modified headers).
std::optional<std::chrono::system_clock::time_point> ParseHttpDate(std::string_view text);
// "20260131T235959Z" (signatures).
std::string FormatAmzTime(std::chrono::system_clock::time_point time);

}  // namespace sluice
