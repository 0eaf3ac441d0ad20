// All large buffers come from one pool sized at start, so that peak memory is arithmetic (house
// promise 9). A Buffer is uninitialised bytes that go back to the pool when it dies. Every Buffer
// has kPadding readable bytes after its size, which simdjson needs.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/deadline.h"
#include "base/stop.h"

namespace sluice {

class BufferPool;

class Buffer {
 public:
  static constexpr size_t kPadding = 64;

  Buffer() = default;
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  char* data() { return data_.get(); }
  const char* data() const { return data_.get(); }
  size_t size() const { return size_; }
  std::span<char> span() { return {data_.get(), size_}; }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  friend class BufferPool;
  std::unique_ptr<char[]> data_;
  size_t size_ = 0;
  BufferPool* pool_ = nullptr;
};

class BufferPool {
 public:
  // `capacity_bytes` bounds the sum of the sizes of all Buffers out at one time.
  explicit BufferPool(size_t capacity_bytes);
  ~BufferPool();  // REQUIRES: every Buffer is back
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // Waits for room. Errors: "interrupted" on stop; "memory-wait" (kLater, kObject) when the
  // deadline passes or when `bytes` exceeds the capacity.
  Buffer Take(size_t bytes, const Stop& stop, Deadline deadline);
  // An empty Buffer if there is no room now, or if less than `keep_free` bytes would be left.
  Buffer TryTake(size_t bytes, size_t keep_free = 0);

  size_t capacity() const { return capacity_; }
  size_t in_use() const;

 private:
  friend class Buffer;
  Buffer Make(size_t bytes);  // REQUIRES: mutex_ held and room reserved
  void Return(std::unique_ptr<char[]> data, size_t bytes);

  const size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  size_t in_use_ = 0;
  size_t kept_ = 0;                                               // bytes in spare_
  std::map<size_t, std::vector<std::unique_ptr<char[]>>> spare_;  // by size, ready for reuse
};

}  // namespace sluice
