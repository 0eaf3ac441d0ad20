// Wakes those who wait for something new, so that a poll can be a slow one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace sluice {

class Bell {
 public:
  // From any thread: there is something new.
  void Ring() {
    {
      std::lock_guard lock(mutex_);
      ++rings_;
    }
    rang_.notify_all();
  }
  // How often it has rung. Ask before you look whether there is anything, and give it to Wait: then
  // nothing that comes in between is missed.
  uint64_t rings() const {
    std::lock_guard lock(mutex_);
    return rings_;
  }
  // Until it has rung more than `heard` times, or `time` has passed; true if it has rung.
  bool Wait(uint64_t heard, std::chrono::milliseconds time) const {
    std::unique_lock lock(mutex_);
    return rang_.wait_for(lock, time, [&] { return rings_ > heard; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable rang_;
  uint64_t rings_ = 0;  // guarded by mutex_
};

}  // namespace sluice
