#include "engine/pressure_gate.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/log.h"
#include "engine/limits.h"

namespace sluice {

using std::chrono::milliseconds;

namespace {

double ShareOf(const PaceTimes& times) {
  return static_cast<double>(times.open.count()) /
         static_cast<double>((times.open + times.shut).count());
}

}  // namespace

PressureGate::PressureGate(const Database& database, ImportId import, WorkerId worker,
                           const PressureView& view)
    : database_(database),
      import_(import),
      worker_(worker),
      view_(view),
      began_(Clock::now() - view.age),
      thread_([this] { Run(); }) {}

PressureGate::~PressureGate() {
  over_.Request();
  thread_.join();
}

milliseconds PressureGate::Shut(milliseconds run_on) const {
  std::lock_guard lock(mutex_);
  if (!view_ || view_->times.shut.count() == 0) return milliseconds(0);
  milliseconds at = At();
  milliseconds cycle = view_->times.open + view_->times.shut;
  return at < view_->times.open + run_on ? milliseconds(0) : cycle - at;
}

milliseconds PressureGate::At() const {
  auto age = std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
  return age % (view_->times.open + view_->times.shut);
}

PacePhase PressureGate::CurrentPhase() const {
  std::lock_guard lock(mutex_);
  if (view_->times.shut.count() == 0) return PacePhase::kLoading;
  milliseconds at = At();
  bool open = at < view_->times.open;
  if ((open ? at : at - view_->times.open) < limits::kPressureSettle) return PacePhase::kBetween;
  return open ? PacePhase::kLoading : PacePhase::kPaused;
}

bool PressureGate::Begin(const Heed& heed) { return Wait(milliseconds(0), heed); }
bool PressureGate::GoOn(const Heed& heed) { return Wait(limits::kPressureRunOn, heed); }

bool PressureGate::Wait(milliseconds run_on, const Heed& heed) {
  for (milliseconds shut = Shut(run_on); shut.count() > 0; shut = Shut(run_on)) {
    if (heed()) return false;
    over_.SleepFor(std::min(shut, limits::kPaceHeed));
  }
  return true;
}

// True if the row is there. The commit of a leader's look is a measurement, too.
bool PressureGate::Look(pg::Connection& connection) {
  Clock::time_point before = Clock::now();
  std::optional<PressureView> view = LookAtPressure(connection, import_, worker_);
  Clock::time_point now = Clock::now();
  next_look_ = now + limits::kPressureLook;
  std::lock_guard lock(mutex_);
  view_ = view;
  if (!view) return measuring_ = false;
  began_ = now - view->age;
  if (view->leading && measuring_) {
    gauge_.AddCommit(std::chrono::duration_cast<std::chrono::microseconds>(now - before));
  }
  if (view->leading && !measuring_) {
    share_ = ShareOf(view->times);
    over_run_ = milliseconds(0);
    cycle_begin_ = now;
    cycle_end_ = began_ + view->times.open + view->times.shut;
  }
  measuring_ = view->leading;
  return true;
}

void PressureGate::Measure(pg::Connection& connection) {
  PacePhase phase = CurrentPhase();
  gauge_.Add(SampleActivity(connection), phase);
  if (Clock::now() < cycle_end_ && !gauge_.sees_nobody()) return;
  PressureReading reading = gauge_.EndCycle(ReplayLag(connection));
  PressureView view;
  {
    std::lock_guard lock(mutex_);
    view = *view_;
  }
  auto took = std::chrono::duration<double, std::milli>(Clock::now() - cycle_begin_);
  milliseconds worked(std::llround(reading.busy * took.count()));
  over_run_ = std::max(worked - view.times.open - limits::kPressureSettle, over_run_ / 2);
  share_ = NextShare(share_, view.max_percent, reading);
  PaceTimes times = TimesOf(share_, over_run_);
  Log(LogLevel::kDebug, "pressure: " + reading.cause);
  SetPaceTimes(connection, import_, times, reading.percent.value_or(0), reading.cause);
  Look(connection);
  cycle_begin_ = Clock::now();
  cycle_end_ = cycle_begin_ + times.open + times.shut;
}

void PressureGate::Step(pg::Connection& connection) {
  if (Clock::now() >= next_look_ && !Look(connection)) {
    over_.SleepFor(limits::kPaceLook);
    return;
  }
  if (measuring_) Measure(connection);
  over_.SleepFor(measuring_ ? limits::kPressureSample : limits::kPressureLook);
}

void PressureGate::Run() noexcept {
  std::optional<pg::Connection> connection;
  while (!over_.requested()) {
    try {
      if (!connection || connection->lost()) {
        connection.reset();
        connection.emplace(database_.Connect(Database::Use::kControl));
      }
      Step(*connection);
    } catch (const std::exception& error) {
      // Loads notice a lost database themselves; meanwhile the last known times hold.
      Log(LogLevel::kDebug, std::string("pressure: ") + error.what());
      over_.SleepFor(limits::kPaceLook);
    }
  }
}

}  // namespace sluice
