// Lets the loads of this process go on and pause in the times that all workers of the import share.
// A thread with a session of its own reads them; in the worker that leads it also measures what the
// loads cost others, and sets the next times.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/stop.h"
#include "engine/database.h"
#include "engine/pressure_gauge.h"
#include "ledger/pressure.h"

namespace sluice {

class PressureGate {
 public:
  using Clock = std::chrono::steady_clock;
  using Heed = std::function<bool()>;  // as in engine/rate_gate.h

  // `view` is what holds now. Starts the thread; `database` must outlive it.
  PressureGate(const Database& database, ImportId import, WorkerId worker,
               const PressureView& view);
  ~PressureGate();
  PressureGate(const PressureGate&) = delete;
  PressureGate& operator=(const PressureGate&) = delete;

  // Before a load begins: waits while loads pause; false if `heed` ended the wait. While the
  // database cannot be reached the last known times go on.
  bool Begin(const Heed& heed);
  // Inside a load: likewise, but loads go on for kPressureRunOn when a pause begins, so that those
  // that can end do: while one waits, its transaction keeps what others delete from being cleared.
  bool GoOn(const Heed& heed);

 private:
  void Run() noexcept;
  void Step(pg::Connection& connection);
  bool Look(pg::Connection& connection);
  void Measure(pg::Connection& connection);
  bool Wait(std::chrono::milliseconds run_on, const Heed& heed);
  // Until loads may go on; 0: they may now, because they may for `run_on` longer than may others.
  std::chrono::milliseconds Shut(std::chrono::milliseconds run_on) const;
  PacePhase CurrentPhase() const;
  // Since the last cycle began. REQUIRES: the mutex is held, there are times.
  std::chrono::milliseconds At() const;

  const Database& database_;
  const ImportId import_;
  const WorkerId worker_;
  mutable std::mutex mutex_;
  std::optional<PressureView> view_;  // nothing: no pause any more
  Clock::time_point began_;           // of its times, on this process's clock
  // The thread's own.
  PressureGauge gauge_;
  bool measuring_ = false;
  double share_ = 0;                       // that loads are meant to have
  std::chrono::milliseconds over_run_{0};  // what they take beyond their time, as seen lately
  Clock::time_point next_look_, cycle_begin_, cycle_end_;
  Stop over_;
  std::thread thread_;
};

}  // namespace sluice
