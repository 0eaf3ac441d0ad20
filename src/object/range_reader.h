// A large object as ranges that several threads fetch ahead, delivered in order. The thread that
// reads decides what is fetched, and takes the buffers, in the order of the bytes: the range that
// is needed next has its buffer before any later one. Reading ahead leaves a reserve in the pool,
// so that readers who share it cannot starve each other.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/buffer_pool.h"
#include "base/error.h"
#include "base/stop.h"
#include "bytes/byte_source.h"
#include "object/object_store.h"
#include "object/read_object.h"

namespace sluice {

class RangeReader final : public ByteSource {
 public:
  // `opened` stands at byte 0 and becomes the first range. REQUIRES: stat has an etag.
  RangeReader(ObjectStore& store, const ObjectStat& stat, std::unique_ptr<ByteSource> opened,
              BufferPool& pool, const ReadObjectOptions& options, const Stop& stop);
  // Waits for the fetching threads, which notice within one read of their connections.
  ~RangeReader() override;

  size_t Read(std::span<char> into) override;

 private:
  struct Range {
    uint64_t begin;
    size_t size;
    Buffer buffer;
    std::unique_ptr<ByteSource> opened;
    size_t filled = 0;           // guarded by mutex_
    std::optional<Error> error;  // guarded by mutex_
  };

  void Plan();
  void Enqueue(Buffer buffer);
  void Work();
  void Fetch(Range& range);

  ObjectStore& store_;
  const ObjectStat stat_;
  BufferPool& pool_;
  const ReadObjectOptions options_;
  const Stop& stop_;

  // Of the reading thread only.
  std::unique_ptr<ByteSource> opened_;
  uint64_t planned_ = 0;                       // bytes in ranges so far
  std::deque<std::shared_ptr<Range>> ranges_;  // in order; the first is being read
  size_t at_ = 0;                              // in the first range
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Range>> todo_;
  bool ending_ = false;
};

}  // namespace sluice
