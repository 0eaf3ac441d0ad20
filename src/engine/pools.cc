#include "engine/pools.h"

#include "engine/limits.h"

namespace sluice {
namespace {

size_t Times(int threads, size_t bytes) { return static_cast<size_t>(threads) * bytes; }

}  // namespace

Pools::Pools(int threads)
    : blocks(Times(threads, 2 * limits::kBlockBytes)),
      large_records(limits::kLargeRecordPoolBytes),
      ranges(Times(threads, limits::kRangeBytes) + limits::kReadAheadBytes),
      small_objects(Times(threads, limits::kAheadObjectsMax * limits::kAheadObjectBytes)) {}

}  // namespace sluice
