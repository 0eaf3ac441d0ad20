#include "engine/supervisor.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/crash_point.h"
#include "base/log.h"
#include "engine/analyze_tables.h"
#include "engine/dispatcher.h"
#include "engine/enqueue_listed.h"
#include "engine/heartbeat.h"
#include "engine/ignored.h"
#include "engine/index_keeper.h"
#include "engine/limits.h"
#include "engine/lister.h"
#include "engine/loader.h"
#include "engine/process.h"
#include "engine/rescuer.h"
#include "engine/watch.h"
#include "ledger/call.h"
#include "ledger/outbox.h"
#include "ledger/queue.h"
#include "ledger/settle.h"
#include "ledger/worker_ledger.h"

namespace sluice {
namespace {

using std::chrono::steady_clock;

// At least, between two looks of the supervisor without news.
constexpr std::chrono::milliseconds kLookPause{50};

SourceAccess AccessOf(const RunRequest& request, const Database& database) {
  SourceAccess access = request.access;
  access.ledger = &database;
  return access;
}

// Lists every object and enqueues what is the system's; counts the rest. `told`: after each page.
void ListAndEnqueue(const RunRequest& request, ImportId import, WorkerId worker, StoreSet& stores,
                    TargetTables& tables, pg::Connection& connection, const Stop& stop,
                    Ignored& ignored, const std::function<void(const Enqueued&)>& told) {
  const EnqueuePlace place{request.system, request.options, tables, import, worker.value};
  ListObjects(stores, request.options, request.system, stop, [&](std::vector<Listed>&& page) {
    told(EnqueueListed(connection, place, std::move(page), ignored));
  });
}

// One run of one import in this process.
class Run {
 public:
  Run(const RunRequest& request, ImportId import, const Database& database, const Stop& stop)
      : request_(request),
        import_(import),
        database_(database),
        stop_(stop),
        control_(database.ConnectPatiently(Database::Use::kControl)),
        worker_(request.worker ? request.worker : RegisterRun(control_, request, import)),
        home_(request.process ? request.process : worker_),
        stores_(request.options, request.urls, stop, AccessOf(request, database)),
        tables_(request.system, request.options.policy),
        indexes_(database, request.options, import, request.make_system, stop, news_),
        pools_(request.threads),
        meter_(request.threads),
        heartbeat_(database, worker_, request.options.lease),
        dispatcher_({database, request.system, request.options, stores_, fault_, news_, stop,
                     import, worker_}),
        pace_(database, control_, import, worker_, fault_) {}

  RunResult Lead() {
    // Before the loaders take what the server has room for.
    lister_.emplace(database_.ConnectPatiently(Database::Use::kControl));
    // Strict order is known only once everything is listed.
    bool list_first = request_.options.order == Order::kByLastModified && !request_.options.watch;
    std::thread lister([&] { List(); });
    if (list_first) lister.join();
    Supervise();
    if (lister.joinable()) lister.join();
    return Finish();
  }

  RunResult TakePart() {
    taking_part_ = true;
    Supervise();
    return Finish();
  }

 private:
  void List() noexcept {
    try {
      if (request_.options.watch) return WatchSources();
      while (!ListOnce()) ignored_.Reset();
      MarkListed(*lister_, import_);
      news_.Ring();
    } catch (const Error& error) {
      if (!stop_.requested()) fault_.Set(Error(error).With(Scope::kRun));
    } catch (const std::exception& error) {
      fault_.Set(Fault("internal", error.what()).With(Scope::kRun));
    }
  }

  // Lists again and again, until the user stops it. The import is never listed whole, so it does
  // not end by itself.
  void WatchSources() {
    Watch watch(static_cast<uint64_t>(getpid()));
    while (!over_.requested()) {
      auto began = steady_clock::now();
      try {
        ignored_.Reset();
        if (ListOnce()) looked_through_ = true;
      } catch (const Error& error) {
        if (error.retry() == Retry::kNever || stop_.requested()) throw;
        Log(LogLevel::kInfo, error.message() + "; the watch goes on");
      }
      over_.SleepFor(watch.PauseAfter(steady_clock::now() - began));
    }
  }

  // False if the database went away in between: enqueueing the same page twice changes nothing, so
  // list anew.
  bool ListOnce() {
    try {
      ListAndEnqueue(request_, import_, home_, stores_, tables_, *lister_, stop_, ignored_,
                     [this](const Enqueued& page) {
                       if (page.to_load > 0) bell_.Ring();
                     });
      return true;
    } catch (const Error& error) {
      bool database_away = error.origin() == Origin::kPostgres && error.retry() != Retry::kNever;
      if (!database_away || stop_.requested()) throw;
      if (lister_->lost()) lister_.emplace(database_.ConnectPatiently(Database::Use::kControl));
      return false;
    }
  }

  void Supervise() {
    LoaderShared shared{database_,
                        request_.system,
                        request_.options,
                        stores_,
                        tables_,
                        indexes_.holds(),
                        pools_,
                        meter_,
                        heartbeat_,
                        fault_,
                        stop_,
                        over_,
                        bell_,
                        news_,
                        import_,
                        worker_,
                        {"host:" + HostName(), "worker:" + std::to_string(home_.value)},
                        connected_,
                        at_work_,
                        pace_,
                        breaker_,
                        book_,
                        request_.permits};
    std::vector<std::thread> threads;
    dispatcher_.Start();
    for (int i = 0; i < request_.threads; ++i) {
      threads.emplace_back([&shared, i] { Loader(shared, i).Run(); });
    }
    uint64_t heard = news_.rings();
    while (!IsOver(shared.only_at)) {
      Observe();
      heard = AwaitNews(heard);
    }
    over_.Request();
    bell_.Ring();
    for (std::thread& thread : threads) thread.join();
    dispatcher_.End();
    Observe();  // what came since the last look
  }

  void Observe() const {
    request_.observe({import_, listed_, ignored_.count(), tally_, meter_,
                      steady_clock::now() - began_, indexes_.restoring()});
  }

  bool draining() const { return request_.drain != nullptr && request_.drain->requested(); }

  bool IsOver(const std::vector<std::string>& only_at) {
    if (stop_.requested() || draining() || fault_.get()) return true;
    if (steady_clock::now() < next_look_) return false;
    try {
      return Look(only_at);
    } catch (const Error& error) {
      if (stop_.requested()) return true;
      Log(LogLevel::kInfo, error.message());
      if (error.retry() == Retry::kNever) {
        fault_.Set(error);
        return true;
      }
      return Reconnect();
    }
  }

  // Where what ends the import may have happened, a look is worth its cost at once.
  uint64_t AwaitNews(uint64_t heard) {
    news_.Wait(heard, kLookPause);
    uint64_t rings = news_.rings();
    if (rings > heard) next_look_ = {};
    return rings;
  }

  // One look at the ledger, and the supervisor's chores.
  bool Look(const std::vector<std::string>& only_at) {
    steady_clock::time_point look_began = steady_clock::now();
    if (look_began >= next_rescue_) {
      RescueVanished(control_);
      next_rescue_ = look_began + std::chrono::seconds(1);
    }
    indexes_.Look(control_, listed_ || looked_through_);
    if (indexes_.restoring().empty() && CompleteImport(control_, import_)) {
      dispatcher_.TellDrained(control_);
    }
    std::optional<Turn> turn;
    if (taking_part_) turn = NextTurn(control_, import_, only_at);
    tally_ = TallyImport(control_, import_);
    std::optional<Import> import = GetImport(control_, import_);
    if (!import || import->state != ImportState::kRunning) return true;
    listed_ = import->listed;
    // Jobs change state between two looks: only where both agree is nothing left for this process.
    uint64_t elsewhere = turn ? turn->elsewhere : 0;
    bool none_here = (turn ? turn->pending : 0) == elsewhere &&
                     tally_.of(JobState::kPending).jobs == elsewhere &&
                     tally_.of(JobState::kRunning).jobs == 0;
    if (taking_part_ && none_here && !dispatcher_.busy()) return true;
    if (request_.options.watch) NoticeDrained();
    // Looking costs the database more the more jobs there are: a tenth of the time is enough.
    steady_clock::time_point now = steady_clock::now();
    next_look_ = now + std::max<steady_clock::duration>(kLookPause, 10 * (now - look_began));
    return false;
  }

  // A watch's queue that had something and has nothing more.
  void NoticeDrained() {
    bool empty = tally_.of(JobState::kPending).jobs == 0 &&
                 tally_.of(JobState::kRunning).jobs == 0 && !dispatcher_.busy();
    if (empty && had_work_) dispatcher_.TellDrained(control_);
    had_work_ = !empty;
  }

  bool Reconnect() {
    try {
      control_ = database_.ConnectPatiently(Database::Use::kControl);
      return false;
    } catch (const Error& error) {
      if (!stop_.requested()) fault_.Set(error);
      return true;
    }
  }

  // After the loaders ended. The user's stop ends every wait of control_, so the last words use a
  // session of their own.
  RunResult Finish() {
    RunResult result;
    result.import = import_;
    result.interrupted = stop_.requested() || draining();
    result.fault = result.interrupted ? std::nullopt : fault_.get();
    try {
      pg::Connection connection = database_.WithoutStop().Connect(Database::Use::kControl);
      GiveBackAll(connection, worker_);
      // A worker that cannot do its part leaves the import to the others.
      if (result.fault && !taking_part_) FailImport(connection, import_, *result.fault);
      if (!result.interrupted) indexes_.Finish(connection);
      result.interrupted = stop_.requested();
      // A watch is over when the user says so: then what it found so far is all.
      if (request_.options.watch && result.interrupted && !taking_part_) {
        MarkListed(connection, import_);
      }
      bool completed = CompleteImport(connection, import_);  // since the last look
      if (completed && !request_.options.watch) dispatcher_.TellDrained(connection);
      MarkWorkerEnded(connection, worker_);
      result.tally = TallyImport(connection, import_);
      result.loaded = TallyByLabel(connection, import_);
      result.flawed = ListFlawedOf(connection, import_);
      result.flaws = indexes_.flaws();
      if (request_.system.caller() != nullptr) {
        result.skipped_because = TallyReasons(connection, import_);
        result.ignored_because = ignored_.reasons();
      }
      result.outbox_dead = TallyOutbox(connection, import_).dead;
      if (auto import = GetImport(connection, import_)) result.state = import->state;
      if (result.state == ImportState::kCompleted) {
        AnalyzeLoaded(database_, connection, tables_, result.loaded, indexes_.restored(),
                      request_.threads, stop_);
      }
      if (request_.options.watch && result.state == ImportState::kCompleted) {
        result.interrupted = false;
      }
    } catch (const Error& error) {
      if (!result.fault && !result.interrupted) result.fault = error;
    }
    result.ignored = ignored_.count();
    result.packed_bytes = meter_.packed_bytes;
    result.unpacked_bytes = meter_.unpacked_bytes;
    result.records = meter_.records;
    result.seconds = std::chrono::duration<double>(steady_clock::now() - began_).count();
    return result;
  }

  const RunRequest& request_;
  const ImportId import_;
  const Database& database_;
  const Stop& stop_;
  pg::Connection control_;
  std::optional<pg::Connection> lister_;  // the lister's
  const WorkerId worker_;
  const WorkerId home_;  // what alone can read some objects
  StoreSet stores_;
  Bell news_;  // before what rings it
  TargetTables tables_;
  IndexKeeper indexes_;
  Pools pools_;
  Meter meter_;
  Heartbeat heartbeat_;
  RunFault fault_;
  Dispatcher dispatcher_;
  Pace pace_;
  Breaker breaker_;
  CallBook book_;
  Stop over_;
  Bell bell_;
  Ignored ignored_;
  std::atomic<bool> looked_through_{false};  // a watch's sources, once
  std::atomic<int> connected_{0};
  std::atomic<int> at_work_{0};  // as LoaderShared says
  Tally tally_;
  bool listed_ = false;
  bool taking_part_ = false;
  bool had_work_ = false;  // at the last look
  const steady_clock::time_point began_ = steady_clock::now();
  steady_clock::time_point next_look_ = began_;
  steady_clock::time_point next_rescue_ = began_;
};

}  // namespace

RunResult RunImport(const RunRequest& request, const Database& database, const Stop& stop) {
  return ContinueImport(request, BeginImport(request, database), database, stop);
}

RunResult ContinueImport(const RunRequest& request, ImportId import, const Database& database,
                         const Stop& stop) {
  return Run(request, import, database, stop).Lead();
}

RunResult ListImport(const RunRequest& request, ImportId import, const Database& database,
                     const Stop& stop) {
  RunResult result;
  result.import = import;
  pg::Connection connection = database.ConnectPatiently(Database::Use::kControl);
  StoreSet stores(request.options, request.urls, stop, AccessOf(request, database));
  Ignored ignored;
  TargetTables tables(request.system, request.options.policy);
  ListAndEnqueue(request, import, request.process, stores, tables, connection, stop, ignored,
                 [&](const Enqueued& page) {
                   result.enqueued.to_load += page.to_load;
                   result.enqueued.seen += page.seen;
                   result.enqueued.changed += page.changed;
                 });
  MarkListed(connection, import);
  result.ignored = ignored.count();
  // Where nothing is to be loaded; or others loaded it all meanwhile, and nobody looks again.
  bool completed = CompleteImport(connection, import);
  result.tally = TallyImport(connection, import);
  result.state = completed ? ImportState::kCompleted : ImportState::kRunning;
  return result;
}

RunResult EnqueueImport(const RunRequest& request, const Database& database, const Stop& stop) {
  return ListImport(request, BeginImport(request, database), database, stop);
}

bool HasWork(pg::Connection& connection, const Import& import,
             const std::vector<std::string>& only_at) {
  std::optional<Turn> turn = NextTurn(connection, import.id, only_at);
  if (turn) return turn->pending > turn->elsewhere;
  return import.listed && TallyImport(connection, import.id).all(JobState::kRunning).jobs == 0;
}

RunResult TakePart(const RunRequest& request, ImportId import, const Database& database,
                   const Stop& stop) {
  return Run(request, import, database, stop).TakePart();
}

}  // namespace sluice
