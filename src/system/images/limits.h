// Bounds of the image system. An import's thread holds one image and its request at a time: at most
// 300 KB and 400 KB, since the portal's table takes no larger record.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/unit.h"

namespace sluice::limits {

// A property file that is larger could not be part of a user's record.
inline constexpr uint64_t kPropertyBytesMax = 400 * kKiB;
// Property files kept in memory, together at most 40 MB, and for how long.
inline constexpr size_t kPropertyFilesKept = 100;
inline constexpr std::chrono::milliseconds kPropertyFileKept{60000};
// The gateway's answer; a Step Functions result has about 1 KB.
inline constexpr size_t kAnswerBytesMax = 256 * kKiB;
// How much of the gateway's own words is kept.
inline constexpr size_t kCauseCharactersMax = 300;
// An inventory's manifest: about 200 bytes for each file of up to a million rows.
inline constexpr uint64_t kManifestBytesMax = 16 * kMiB;
// A row of an inventory: a key has at most 1,024 bytes, three times as many encoded.
inline constexpr size_t kInventoryRowBytesMax = 64 * kKiB;
inline constexpr size_t kInventoryBlockBytes = 256 * kKiB;
// A Batch Operations manifest is made in memory: about four million rows.
inline constexpr size_t kBatchManifestBytesMax = 256 * kMiB;

}  // namespace sluice::limits
