// A request to stop that wakes every wait: each blocking wait polls stop.fd() beside its own
// descriptor.
#pragma once

#include <atomic>
#include <chrono>

namespace sluice {

class Stop {
 public:
  Stop();
  ~Stop();
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;

  // Safe in a signal handler and from any thread; more than one call is one request.
  void Request() noexcept;
  bool requested() const { return requested_.load(std::memory_order_acquire); }
  // Readable once a stop was requested, and from then on.
  int fd() const { return fd_; }
  // Sleeps for `time` or until a stop is requested; true if it was.
  bool SleepFor(std::chrono::milliseconds time) const;
  // Throws the Error with code "interrupted" (Retry::kLater, Scope::kRun) if a stop was requested.
  void ThrowIfRequested() const;

 private:
  std::atomic<bool> requested_{false};
  int fd_;  // an eventfd, never drained
};

}  // namespace sluice
