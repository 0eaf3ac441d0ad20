// Reading one object from start to end through whatever happens to its connections.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/buffer_pool.h"
#include "base/stop.h"
#include "object/object_store.h"

namespace sluice {

struct ReadObjectOptions {
  uint64_t parallel_above_bytes;   // larger objects are read ahead by parallel ranges
  size_t range_bytes;              // of one range
  size_t range_reserve_bytes = 0;  // left free in the pool by reading ahead: one range per reader
  int ranges_in_flight_max;        // per object; fewer when the pool has no room (at least one)
  int attempts_max;                // per transfer: reconnects without a byte of progress in between
  std::chrono::milliseconds backoff_first;
  std::chrono::milliseconds backoff_cap;
};

// Opens `ref` and returns a source of all its bytes. A transfer that drops, stalls or is cut
// resumes at its offset with If-Match, so that all bytes come from the one version named in the
// returned stat. Errors: "ObjectChanged" (kNever) when the version changed between transfers; else
// the store's, once attempts are used up. Range buffers come from `ranges`. `store`, `ranges` and
// `stop` must outlive the source. The source joins its threads when it is destroyed.
OpenObject ReadObject(ObjectStore& store, const ObjectRef& ref, BufferPool& ranges,
                      const ReadObjectOptions& options, const Stop& stop);

}  // namespace sluice
