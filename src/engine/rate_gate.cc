#include "engine/rate_gate.h"

#include <algorithm>
#include <limits>

#include "engine/limits.h"

namespace sluice {

using std::chrono::duration;
using std::chrono::milliseconds;

RateGate::RateGate(const Rate& rate, Reserve reserve, std::function<void(const Error&)> failed,
                   Stop& over)
    : reserve_(std::move(reserve)),
      failed_(std::move(failed)),
      over_(over),
      rate_(rate),
      thread_([this] { Run(); }) {}

RateGate::~RateGate() {
  {
    std::lock_guard lock(mutex_);
    over_.Request();
  }
  changed_.notify_all();
  thread_.join();
}

bool RateGate::AwaitWhile(Lock& lock, const std::function<bool()>& owed, const Heed& heed) {
  while (owed()) {
    if (error_) throw *error_;
    lock.unlock();
    bool end = heed();
    lock.lock();
    if (end) return false;
    if (owed()) changed_.wait_for(lock, limits::kPaceHeed);
  }
  return true;
}

bool RateGate::Take(RateUnit unit, double slots, milliseconds owed_max, const Heed& heed) {
  Lock lock(mutex_);
  if (!counts(unit)) return true;
  balance_ -= slots;
  changed_.notify_all();
  auto owes_too_much = [&] {
    return counts(unit) && -balance_ > rate_->per_second * duration<double>(owed_max).count();
  };
  return AwaitWhile(lock, owes_too_much, heed);
}

bool RateGate::TakeReserved(RateUnit unit, double slots, const Heed& heed) {
  Lock lock(mutex_);
  if (counts(unit)) wanted_ += slots;
  double least = counts(unit) ? slots : 0;
  changed_.notify_all();
  bool reserved = AwaitWhile(
      lock, [&] { return rate_ && balance_ < least; }, heed);
  if (least == 0) return reserved;
  wanted_ -= least;
  if (reserved && counts(unit)) balance_ -= least;
  return reserved;
}

void RateGate::GiveBack(RateUnit unit, double slots) {
  std::lock_guard lock(mutex_);
  if (counts(unit)) balance_ += slots;
}

double RateGate::Slice(RateUnit unit) const {
  std::lock_guard lock(mutex_);
  if (!counts(unit)) return std::numeric_limits<double>::max();
  return std::max(1.0, rate_->per_second * duration<double>(limits::kPaceSlice).count());
}

// What is owed in slots of one rate is owed for the same time at another.
void RateGate::Adopt(const Rate& rate) {
  if (!rate_ || rate_->unit != rate.unit) {
    balance_ = 0;
  } else if (rate_->per_second != rate.per_second) {
    balance_ *= rate.per_second / rate_->per_second;
  }
  rate_ = rate;
}

// Until they may be used. Another rate, or none any more, ends it: a rate of one in an hour that
// was a slip must not be waited for.
std::optional<Reservation> RateGate::AwaitSlots(const Reservation& reserved) {
  milliseconds left = reserved.wait;
  while (left > limits::kPaceLook && !over_.SleepFor(limits::kPaceLook)) {
    left -= limits::kPaceLook;
    std::optional<Reservation> now = reserve_(0);
    bool same = now && now->rate.per_second == reserved.rate.per_second &&
                now->rate.unit == reserved.rate.unit;
    if (!same) return now;
  }
  over_.SleepFor(left);
  return reserved;
}

// One reservation. Without a rate it asks all the same, now and then: one may be set meanwhile.
void RateGate::ReserveOwed() {
  double slots;
  {
    Lock lock(mutex_);
    changed_.wait_for(lock, limits::kPaceLook,
                      [&] { return over_.requested() || (rate_ && balance_ < wanted_); });
    if (over_.requested() || (rate_ && balance_ >= wanted_)) return;
    double ahead = rate_ ? rate_->per_second * duration<double>(limits::kPaceAhead).count() : 0;
    slots = std::max({1.0, wanted_ - balance_, ahead});
  }
  std::optional<Reservation> reserved = reserve_(slots);
  if (reserved) reserved = AwaitSlots(*reserved);
  std::lock_guard lock(mutex_);
  if (reserved) {
    Adopt(reserved->rate);
    balance_ += reserved->slots;
  } else {
    rate_.reset();
    balance_ = 0;
  }
  changed_.notify_all();
}

void RateGate::Run() noexcept {
  std::optional<Error> error;
  try {
    while (!over_.requested()) ReserveOwed();
    return;
  } catch (const Error& thrown) {
    error = thrown;
  } catch (const std::exception& thrown) {
    error = Fault("internal", thrown.what()).With(Scope::kRun);
  }
  if (over_.requested()) return;
  failed_(*error);
  std::lock_guard lock(mutex_);
  error_ = error;
  changed_.notify_all();
}

}  // namespace sluice
