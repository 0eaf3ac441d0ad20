// Sizes as people write and read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

inline constexpr size_t kKiB = 1024;
inline constexpr size_t kMiB = 1024 * kKiB;
inline constexpr size_t kGiB = 1024 * kMiB;

// "512 B", "1.5 MB", "3.2 GB": decimal, as storage providers bill.
std::string FormatBytes(uint64_t bytes);
// "1,234,567".
std::string FormatCount(uint64_t count);
// "850 ms", "12.3 s", "4 min 10 s", "2 h 5 min".
std::string FormatSeconds(double seconds);

}  // namespace sluice
