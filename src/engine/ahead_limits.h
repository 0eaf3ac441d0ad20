// The bounds of reading ahead (read_ahead.h). For T threads the process holds at most
//     T * kAheadObjectsMax * kAheadObjectBytes
// beside what limits.h counts.
#pragma once

#include <cstddef>

#include "base/unit.h"

namespace sluice::limits {

// Objects up to this size are claimed together and read ahead whole: of small ones, claiming and
// asking for them would otherwise take longer than loading them. Larger ones begin while they
// arrive.
inline constexpr size_t kAheadObjectBytes = 256 * kKiB;
// So many are claimed by one statement, held by one thread, and fetched by it at once beside the
// one that it loads. They are leased: a worker that vanishes leaves so many per thread to be
// rescued.
inline constexpr size_t kClaimTogether = 8;
inline constexpr size_t kAheadObjectsMax = 16;
inline constexpr size_t kAheadConnections = 2;

}  // namespace sluice::limits
