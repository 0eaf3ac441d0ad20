// What this process has done so far, for progress: counters that loader threads bump and the
// display reads.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "bytes/byte_source.h"
#include "engine/stage.h"

namespace sluice {

struct Meter {
  std::atomic<uint64_t> packed_bytes{0};    // read from stores
  std::atomic<uint64_t> unpacked_bytes{0};  // after decompression
  std::atomic<uint64_t> records{0};         // read and mapped
  std::atomic<uint64_t> rows{0};            // loaded and committed
  std::atomic<uint64_t> retries{0};         // tries that will be repeated
  std::atomic<uint64_t> lease_losses{0};    // objects that another worker took over
  StageTimes stages;

  explicit Meter(int threads) : current_(static_cast<size_t>(threads)) {}

  // What a thread is at; empty: idle.
  void SetCurrent(int thread, std::string object) {
    std::lock_guard lock(mutex_);
    current_[static_cast<size_t>(thread)] = std::move(object);
  }
  std::vector<std::string> Current() const {
    std::lock_guard lock(mutex_);
    return current_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> current_;
};

// Counts what passes.
class MeteredSource : public ByteSource {
 public:
  MeteredSource(std::unique_ptr<ByteSource> inner, std::atomic<uint64_t>& total)
      : inner_(std::move(inner)), total_(total) {}

  size_t Read(std::span<char> into) override {
    size_t size = inner_->Read(into);
    total_.fetch_add(size, std::memory_order_relaxed);
    read_ += size;
    return size;
  }
  uint64_t read() const { return read_; }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::atomic<uint64_t>& total_;
  uint64_t read_ = 0;
};

}  // namespace sluice
