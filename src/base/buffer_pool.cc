#include "base/buffer_pool.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/error.h"

namespace sluice {

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::move(other.data_)),
      size_(std::exchange(other.size_, 0)),
      pool_(std::exchange(other.pool_, nullptr)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  if (this != &other) {
    if (pool_ != nullptr) pool_->Return(std::move(data_), size_);
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    pool_ = std::exchange(other.pool_, nullptr);
  }
  return *this;
}

Buffer::~Buffer() {
  if (pool_ != nullptr) pool_->Return(std::move(data_), size_);
}

BufferPool::BufferPool(size_t capacity_bytes) : capacity_(capacity_bytes) {}

BufferPool::~BufferPool() { CHECK(in_use_ == 0); }

Buffer BufferPool::Make(size_t bytes) {
  Buffer buffer;
  buffer.size_ = bytes;
  buffer.pool_ = this;
  in_use_ += bytes;
  auto spare = spare_.find(bytes);
  if (spare != spare_.end() && !spare->second.empty()) {
    buffer.data_ = std::move(spare->second.back());
    spare->second.pop_back();
    kept_ -= bytes;
    return buffer;
  }
  // Spare buffers of other sizes would break the arithmetic once they and those in use exceed the
  // capacity.
  while (kept_ > 0 && in_use_ + kept_ > capacity_) {
    auto largest = std::prev(spare_.end());
    if (!largest->second.empty()) {
      largest->second.pop_back();
      kept_ -= largest->first;
    }
    if (largest->second.empty()) spare_.erase(largest);
  }
  buffer.data_ = std::make_unique_for_overwrite<char[]>(bytes + Buffer::kPadding);
  return buffer;
}

Buffer BufferPool::Take(size_t bytes, const Stop& stop, Deadline deadline) {
  std::unique_lock lock(mutex_);
  while (in_use_ + bytes > capacity_) {
    stop.ThrowIfRequested();
    if (bytes > capacity_ || deadline.passed()) {
      throw Fault("memory-wait", fmt::format("no {} bytes of buffer memory became free in time "
                                             "({} of {} in use)",
                                             bytes, in_use_, capacity_))
          .With(Retry::kLater)
          .With(Scope::kObject);
    }
    // A stop request does not signal the condition, so look again now and then.
    room_.wait_for(lock, std::min(deadline.left(), std::chrono::milliseconds(100)));
  }
  return Make(bytes);
}

Buffer BufferPool::TryTake(size_t bytes, size_t keep_free) {
  std::lock_guard lock(mutex_);
  if (in_use_ + bytes + keep_free > capacity_) return {};
  return Make(bytes);
}

void BufferPool::Return(std::unique_ptr<char[]> data, size_t bytes) {
  {
    std::lock_guard lock(mutex_);
    in_use_ -= bytes;
    spare_[bytes].push_back(std::move(data));
    kept_ += bytes;
  }
  room_.notify_all();
}

size_t BufferPool::in_use() const {
  std::lock_guard lock(mutex_);
  return in_use_;
}

}  // namespace sluice
