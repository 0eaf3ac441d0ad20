// Keeps calls from a system that is down. The first sign of it opens the breaker; then one call at
// a time, after pauses that grow, tries whether it is back.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "engine/limits.h"

namespace sluice {

class Breaker {
 public:
  using Clock = std::chrono::steady_clock;
  using Pause = std::chrono::milliseconds;

  Breaker() : Breaker(limits::kBreakerPauseFirst, limits::kBreakerPauseCap) {}
  Breaker(Pause first, Pause cap) : first_(first), cap_(cap) {}

  // Leave to make one call. What came of it is said before it ends; a leave that was not used says
  // nothing.
  class Leave {
   public:
    Leave(Breaker& breaker, bool tries) : breaker_(&breaker), tries_(tries) {}
    Leave(Leave&& other) noexcept : breaker_(other.breaker_), tries_(other.tries_) {
      other.breaker_ = nullptr;
    }
    Leave& operator=(Leave&&) = delete;
    ~Leave();
    // The system answered, whatever it said.
    void Up();
    // It did not, or asked for a pause.
    void Down(std::optional<Pause> asked);

   private:
    Breaker* breaker_;
    bool tries_;  // whether the system is back
  };

  // Whether and how long a call must wait, for the callers that ask again.
  std::optional<Leave> TryPass(Clock::time_point now);
  // Waits until a call may be made. Nothing if `heed` (or what it throws) ended the wait.
  std::optional<Leave> Pass(const std::function<bool()>& heed);
  bool open() const;

 private:
  const Pause first_;
  const Pause cap_;
  mutable std::mutex mutex_;
  int failures_ = 0;    // 0: closed
  bool tried_ = false;  // by a call under way
  Clock::time_point until_{};
};

}  // namespace sluice
