// Every bound of an extract, its unit, its default and what it costs. Per stream it holds kRowBytes
// of rows, as much again packed, and one part of an upload (8 MiB, object/s3_upload.cc).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/unit.h"

namespace sluice::limits {

// Rows taken from the server before they are packed.
inline constexpr size_t kRowBytes = 256 * kKiB;
// Packed bytes after which the next part begins: large enough that its request costs nothing, small
// enough that a load of the parts keeps many threads busy.
inline constexpr uint64_t kPartBytesDefault = 64 * kMiB;
// What a stream reads at once of a table, in pages: not less than 8 MiB, or the statements cost
// more than the rows, and not more than 64 MiB, or the last stream keeps the others waiting.
inline constexpr uint64_t kRangePagesMin = 1024;
inline constexpr uint64_t kRangePagesMax = 8192;
// Ranges for each stream, so that none waits long at the end.
inline constexpr uint64_t kRangesPerStream = 4;
inline constexpr std::chrono::milliseconds kExtractLockTimeout{60000};

}  // namespace sluice::limits
