// Every wait has a Deadline: a point on the steady clock, computed once and handed down, so that
// nested waits share it.
#pragma once

#include <chrono>

namespace sluice {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // The moment `from_now` from now.
  static Deadline After(std::chrono::milliseconds from_now) {
    return Deadline(Clock::now() + from_now);
  }
  // For what the caller bounds by other means (the stall limit, for one); say which where it is
  // used.
  static Deadline Unbounded() { return Deadline(Clock::time_point::max()); }

  bool passed() const { return Clock::now() >= at_; }
  bool bounded() const { return at_ != Clock::time_point::max(); }
  // Time left, never negative, rounded up to whole milliseconds, at most one hour: fit for poll(2).
  std::chrono::milliseconds left() const {
    using std::chrono::milliseconds;
    auto now = Clock::now();
    if (now >= at_) return milliseconds(0);
    if (!bounded() || at_ - now > std::chrono::hours(1)) return std::chrono::hours(1);
    return std::chrono::ceil<milliseconds>(at_ - now);
  }
  Deadline Earlier(Deadline other) const { return at_ < other.at_ ? *this : other; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace sluice
