#include "engine/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/crash_point.h"
#include "base/log.h"
#include "engine/call_object.h"
#include "engine/limits.h"
#include "engine/retry_pause.h"
#include "ledger/claim.h"
#include "ledger/queue.h"
#include "ledger/settle.h"

namespace sluice {
namespace {

// A version that changed while it was read can be read anew; every other kNever would fail again.
bool MayTryAgain(const Error& error) {
  return error.retry() != Retry::kNever || error.code() == "ObjectChanged";
}

}  // namespace

void Loader::Run() noexcept {
  try {
    Connect();
    while (!shared_.over.requested() && !shared_.stop.requested()) WorkPatiently();
    GiveBackWaiting();
  } catch (const Error& error) {
    if (!shared_.stop.requested() && !shared_.over.requested()) shared_.fault.Set(error);
  } catch (const std::exception& error) {
    shared_.fault.Set(Fault("internal", error.what()).With(Scope::kRun));
  }
  shared_.meter.SetCurrent(thread_, "");
}

// What could not be settled is rescued when its lease ends; only a fault of the run ends the
// thread.
void Loader::WorkPatiently() {
  try {
    Work();
  } catch (const Error& error) {
    if (error.retry() == Retry::kNever || shared_.stop.requested()) throw;
    Log(LogLevel::kInfo, error.message());
    if (connection_->lost()) Reconnect();
  }
}

// While others load, a loader that the server has no room for waits for its turn.
void Loader::Connect() {
  for (;;) {
    try {
      connection_.reset();
      connection_.emplace(shared_.database.ConnectPatiently(Database::Use::kLoad, shared_.over));
      backend_start_ = BackendStart(*connection_);
      ++shared_.connected;
      return;
    } catch (const Error& error) {
      bool give_up = error.retry() == Retry::kNever || shared_.connected == 0;
      if (give_up || shared_.over.requested() || shared_.stop.requested()) throw;
    }
  }
}

// The server may not know yet that its client is gone: what the old session holds, its receipt
// above all, would stand in the way of the next try.
void Loader::Reconnect() {
  int old_pid = connection_->backend_pid();
  std::string old_start = backend_start_;
  --shared_.connected;
  Connect();
  EndSession(*connection_, old_pid, old_start, limits::kBackendEndWait);
}

// A watch takes the newest first unless it is asked for order.
Order Loader::NextOrder() {
  const LoadOptions& options = shared_.options;
  if (!options.watch || options.order != Order::kOptimal) return options.order;
  return ++claims_ % 2 == 0 ? Order::kNewest : Order::kLastName;
}

void Loader::Work() {
  constexpr std::chrono::milliseconds kPermitWait{100};
  if (!shared_.pace.AwaitTurn(shared_.over, shared_.stop, !makes_calls())) return;
  bool loaded = false;
  uint64_t heard = shared_.bell.rings();
  if (shared_.permits == nullptr) {
    loaded = LoadNext();
  } else if (shared_.permits->Acquire(kPermitWait)) {
    LoadPermits::Permit permit(*shared_.permits);
    loaded = LoadNext();
  } else {
    shared_.pace.GiveTurnBack(!makes_calls());
    return;
  }
  if (!loaded) WaitForTurn(heard);
}

bool Loader::LoadNext() {
  ClaimMore();
  std::optional<ClaimedJob> next = ahead_.Next();
  if (!next) {
    shared_.pace.GiveTurnBack(!makes_calls());
    SetAtWork(false);
    return false;
  }
  SetAtWork(true);
  shared_.meter.SetCurrent(thread_, ToString(next->job.object.ref));
  Load(*next);
  shared_.meter.SetCurrent(thread_, "");
  return true;
}

// Where order is asked for, or the server reads, one is claimed at a time. What another system is
// told of is not read ahead: what it is counts when its turn comes.
void Loader::ClaimMore() {
  const LoadOptions& options = shared_.options;
  bool single = options.order == Order::kByLastModified || !options.lane.empty() ||
                shared_.system.server_reads();
  bool fetch = !single && !makes_calls();
  if (fetch ? !ahead_.has_room() : !ahead_.empty()) return;
  std::vector<Job> jobs = ClaimTogether(
      *connection_,
      {.import = shared_.import,
       .worker = shared_.worker,
       .order = NextOrder(),
       .lane = options.lane,
       .only_at = shared_.only_at,
       .backend_start = backend_start_,
       .lease = options.lease},
      {.jobs_max = single ? 1 : limits::kClaimTogether,
       .bytes_max = fetch ? limits::kAheadObjectBytes : std::numeric_limits<int64_t>::max()});
  if (!jobs.empty()) CrashPoint("job-claimed");
  for (Job& job : jobs) {
    auto lease_lost = shared_.heartbeat.Hold(job);
    ahead_.Add({std::move(job), backend_start_, std::move(lease_lost)}, fetch);
  }
}

// What this loader did not come to waits for others, or for the next run. The rest is rescued.
void Loader::GiveBackWaiting() {
  while (std::optional<ClaimedJob> claimed = ahead_.Next()) {
    shared_.heartbeat.Release(claimed->job);
    GiveBack(*connection_, claimed->job);
  }
}

void Loader::WaitForTurn(uint64_t heard) {
  constexpr std::chrono::milliseconds kPoll{250};
  constexpr std::chrono::milliseconds kSoonest{10};
  std::optional<Turn> turn = NextTurn(*connection_, shared_.import, shared_.only_at);
  std::chrono::milliseconds wait = turn ? std::clamp(turn->wait, kSoonest, kPoll) : kPoll;
  shared_.bell.Wait(heard, wait);
}

void Loader::SetAtWork(bool at_work) {
  if (at_work == at_work_) return;
  at_work_ = at_work;
  int left = at_work ? ++shared_.at_work : --shared_.at_work;
  if (left == 0) shared_.news.Ring();
}

// False where another worker has taken over what waited here.
bool Loader::IsOurs(const ClaimedJob& claimed) {
  if (*claimed.lease_lost) return false;
  return claimed.session == backend_start_ || MoveLease(*connection_, claimed.job, backend_start_);
}

void Loader::Load(const ClaimedJob& claimed) {
  uncertain_tries_ = 0;
  try {
    bool again = IsOurs(claimed);
    while (again) again = TryLoad(claimed.job, *claimed.lease_lost) == Next::kAgain;
  } catch (...) {
    shared_.heartbeat.Release(claimed.job);
    throw;
  }
  shared_.heartbeat.Release(claimed.job);
}

Loader::Next Loader::TryLoad(const Job& job, const std::atomic<bool>& lease_lost) {
  LoadReport report;
  try {
    TargetTable table = shared_.tables.Get(*connection_, job.label, job.target);
    if (!shared_.holds.Ready(*connection_, job, table)) return WaitForTable(job);
    if (Caller* caller = shared_.system.caller()) {
      Tell(*caller, job, table, lease_lost);
      return Next::kSettled;
    }
    StageClock clock(shared_.meter.stages);
    LoadObject({shared_.system, shared_.options, shared_.stores.For(job.object.ref), ahead_,
                *connection_, table, shared_.pools, shared_.meter, clock, shared_.stop, lease_lost,
                shared_.pace, shared_.database},
               job, report);
    SettleReport(job, report);
    return Next::kSettled;
  } catch (const Error& error) {
    return AfterError(job, error, report);
  }
}

void Loader::Tell(Caller& caller, const Job& job, const TargetTable& table,
                  const std::atomic<bool>& lease_lost) {
  CallObject({caller, shared_.database, shared_.options, shared_.stores, *connection_, table,
              shared_.meter, shared_.pace, shared_.breaker, shared_.book, shared_.stop,
              shared_.over, lease_lost},
             job);
}

Loader::Next Loader::AfterError(const Job& job, const Error& error, const LoadReport& report) {
  if (shared_.stop.requested()) throw error;  // the supervisor gives the job back
  if (error.code() == "lease-lost") {
    shared_.meter.lease_losses.fetch_add(1, std::memory_order_relaxed);
    Log(LogLevel::kInfo, "another worker has taken over " + ToString(job.object.ref));
    return Next::kSettled;
  }
  bool uncertain = error.retry() == Retry::kUncertain;
  if (connection_->lost()) {
    Reconnect();
    // If the COMMIT went through, or a rescuer came, the job is no longer ours: there is nothing
    // left to do.
    if (!MoveLease(*connection_, job, backend_start_)) return Next::kSettled;
    // Otherwise the load itself asks: its first statement is the receipt, which is refused if the
    // COMMIT went through.
    if (uncertain && ++uncertain_tries_ < shared_.options.attempts) return Next::kAgain;
  }
  if (error.code() == "55P03" && shared_.holds.IsRestoring(*connection_, job)) {
    return WaitForTable(job);
  }
  SettleError(job, error, report);
  return Next::kSettled;
}

// Its table is being put aside or restored, which is not the object's fault. Others may have their
// turn meanwhile.
Loader::Next Loader::WaitForTable(const Job& job) {
  GiveBackLater(*connection_, job, limits::kTableBusyPause);
  shared_.over.SleepFor(limits::kTableBusyPause / 4);
  return Next::kSettled;
}

void Loader::SettleReport(const Job& job, const LoadReport& report) {
  switch (report.outcome) {
    case LoadReport::Outcome::kLoaded:
      return;  // in the load's own transaction
    case LoadReport::Outcome::kAlreadyLoaded:
      SettleSkipped(*connection_, job, "already-loaded", report.receipt, shared_.options.then);
      return;
    case LoadReport::Outcome::kChanged:
      if (shared_.options.changed == ChangedPolicy::kSkip ||
          shared_.options.changed == ChangedPolicy::kKeep) {
        SettleSkipped(*connection_, job, "changed", report.receipt, {});
        return;
      }
      throw Fault("changed-since-loaded",
                  "the object changed since it was loaded; the table still holds the version that "
                  "was loaded")
          .Remedy("load again with --changed reload to replace it, or --changed skip to keep it");
  }
}

void Loader::SettleError(const Job& job, Error error, const LoadReport& report) {
  if (report.position && error.scope() == Scope::kRecord) {
    error.Within(
        fmt::format("line {}, byte {}", report.position->line, report.position->byte_offset));
  }
  if (error.scope() == Scope::kRun && error.retry() == Retry::kNever) {
    GiveBack(*connection_, job);
    throw error;
  }
  std::optional<std::chrono::milliseconds> pause;
  if (MayTryAgain(error) && job.attempts + 1 < shared_.options.attempts) {
    pause = PauseBeforeRetry(job.attempts);
    shared_.meter.retries.fetch_add(1, std::memory_order_relaxed);
  }
  SettleFailed(*connection_, job,
               {.error = error,
                .position = report.position,
                .records_read = report.counts.read,
                .rejects = report.rejects},
               pause);
  Log(LogLevel::kInfo, fmt::format("{}: {}{}", ToString(job.object.ref), error.message(),
                                   pause ? "; will try again" : ""));
}

}  // namespace sluice
