// The buffers that one process's loads share. Everything here outlives the loads.
#pragma once

#include "base/buffer_pool.h"

namespace sluice {

struct Pools {
  BufferPool blocks;
  BufferPool large_records;
  BufferPool ranges;
  BufferPool small_objects;  // whole ones, read ahead
  explicit Pools(int threads);
};

}  // namespace sluice
