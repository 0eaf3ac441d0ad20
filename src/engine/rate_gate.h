// Holds the loads of this process to a rate that all processes share. Loads take slots and may owe
// a little; a thread with a session of its own reserves what they owe in the ledger, a tenth of a
// second's worth at a time, so that no load pays a round trip for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.h"
#include "base/stop.h"
#include "ledger/throttle.h"

namespace sluice {

class RateGate {
 public:
  // Reserves up to so many slots (0: only looks at the rate); nothing: there is no rate any more.
  // May throw, which ends every wait with that Error.
  using Reserve = std::function<std::optional<Reservation>(double slots)>;
  // Looks whether a wait must end: true ends it, and so does what it throws.
  using Heed = std::function<bool()>;

  // Starts the thread, which calls `reserve`, and `failed` with what it threw at last. Waits in
  // `reserve` must honour `over`, which the gate requests at its end.
  RateGate(const Rate& rate, Reserve reserve, std::function<void(const Error&)> failed, Stop& over);
  ~RateGate();
  RateGate(const RateGate&) = delete;
  RateGate& operator=(const RateGate&) = delete;

  // Takes slots, if `unit` is what the rate counts, then waits while more than `owed_max` worth of
  // them is not reserved yet. False if `heed` ended the wait.
  bool Take(RateUnit unit, double slots, std::chrono::milliseconds owed_max, const Heed& heed);
  // Takes slots once they are reserved, likewise, and waits until nothing is owed in any unit.
  // False if `heed` ended the wait: then nothing was taken.
  bool TakeReserved(RateUnit unit, double slots, const Heed& heed);
  // Slots that were taken and not used.
  void GiveBack(RateUnit unit, double slots);
  // What may be taken at once so that the rate stays even: 50 ms worth, at least one.
  double Slice(RateUnit unit) const;

 private:
  using Lock = std::unique_lock<std::mutex>;
  bool counts(RateUnit unit) const { return rate_ && rate_->unit == unit; }
  bool AwaitWhile(Lock& lock, const std::function<bool()>& owed, const Heed& heed);
  void Run() noexcept;
  void ReserveOwed();
  std::optional<Reservation> AwaitSlots(const Reservation& reserved);
  void Adopt(const Rate& rate);

  const Reserve reserve_;
  const std::function<void(const Error&)> failed_;
  Stop& over_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Rate> rate_;    // nothing: none any more
  double balance_ = 0;          // slots reserved and not taken; negative: owed
  double wanted_ = 0;           // slots waited for, not taken
  std::optional<Error> error_;  // the thread ended with it
  std::thread thread_;
};

}  // namespace sluice
