#include "app/server/import_runner.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "app/server/limits.h"
#include "app/system_registry.h"
#include "app/version.h"
#include "base/log.h"
#include "engine/limits.h"
#include "engine/process.h"
#include "engine/rescuer.h"
#include "engine/source.h"
#include "engine/spool.h"
#include "ledger/lane.h"
#include "ledger/worker_ledger.h"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds kLookPause{500};
// Before an import is tried again that this process could not bring forward.
constexpr std::chrono::seconds kFaultPause{10};

Error KeysNeeded() {
  return Fault("keys-needed", "a request that names an endpoint must bring its keys")
      .With(Scope::kRun)
      .Remedy("give access_key_id and secret_access_key, or leave the endpoint out");
}

// Adds what a run's meter has counted since the last look.
class TotalsOfRun {
 public:
  explicit TotalsOfRun(LoadTotals& totals) : totals_(totals) {}
  void Add(const Meter& meter) {
    totals_.packed_bytes += Grown(meter.packed_bytes, packed_bytes_);
    totals_.unpacked_bytes += Grown(meter.unpacked_bytes, unpacked_bytes_);
    totals_.records += Grown(meter.records, records_);
    totals_.rows += Grown(meter.rows, rows_);
    totals_.retries += Grown(meter.retries, retries_);
    totals_.lease_losses += Grown(meter.lease_losses, lease_losses_);
    for (Stage stage : kStages) {
      uint64_t& before = nanoseconds_[static_cast<size_t>(stage)];
      totals_.stages.Add(stage, std::chrono::nanoseconds(Grown(meter.stages.of(stage), before)));
    }
  }

 private:
  static uint64_t Grown(uint64_t now, uint64_t& before) {
    return now > before ? now - std::exchange(before, now) : 0;
  }

  LoadTotals& totals_;
  uint64_t packed_bytes_ = 0, unpacked_bytes_ = 0, records_ = 0, rows_ = 0, retries_ = 0;
  uint64_t lease_losses_ = 0;
  std::array<uint64_t, kStages.size()> nanoseconds_{};
};

}  // namespace

// While one lives the scheduler helps nobody: it would find an import that has begun, and work at
// it with what an earlier request gave.
class ImportRunner::Beginning {
 public:
  explicit Beginning(ImportRunner& runner) : runner_(runner) {
    std::lock_guard lock(runner_.mutex_);
    ++runner_.beginning_;
  }
  ~Beginning() {
    std::lock_guard lock(runner_.mutex_);
    --runner_.beginning_;
  }
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;

 private:
  ImportRunner& runner_;
};

ImportRunner::ImportRunner(RunnerOptions options, const Database& database,
                           const http::EndpointRules& rules, const Stop& drain,
                           const Stop& overtime)
    : options_(std::move(options)),
      database_(database),
      rules_(rules),
      drain_(drain),
      overtime_(overtime),
      permits_(std::max(1, options_.threads)),
      restorer_(database, MakeSystem, overtime) {
  pg::Connection ledger = database_.ConnectPatiently(Database::Use::kControl);
  process_ = RegisterWorker(ledger, {.host = HostName(),
                                     .pid = getpid(),
                                     .place = ProcessPlace(),
                                     .pid_start = ProcessStart(getpid()),
                                     .version = std::string(Version()),
                                     .command = "serve",
                                     .import = {}});
  heartbeat_.emplace(database_, process_, limits::kLeaseDefault);
  scheduler_ = std::thread([this] { Schedule(); });
}

ImportRunner::~ImportRunner() {
  scheduler_.join();
  heartbeat_.reset();
  try {
    pg::Connection ledger = database_.WithoutStop().Connect(Database::Use::kControl);
    MarkWorkerEnded(ledger, process_);
  } catch (const Error& error) {
    Log(LogLevel::kInfo, error.message());  // others see it by its silence
  }
}

ImportRunner::Secrets ImportRunner::CheckedSecrets(const StartRequest& request) const {
  for (const std::string& text : request.options.sources) {
    if (ParseSource(text).kind == Source::Kind::kFile) {
      throw Fault("source-refused", "requests may not read files of the server's host")
          .With(Scope::kRun)
          .Remedy("load files with sluice load, on the host that has them");
    }
  }
  if (request.names_endpoint) {
    rules_.Check(request.options.s3_endpoint);
    if (!request.keys) throw KeysNeeded();
  }
  for (const std::string& url : request.urls) rules_.Check(url);
  Secrets secrets{.urls = request.urls, .access = {}};
  secrets.access.keys = request.keys;
  secrets.access.ambient = !request.names_endpoint;
  if (request.names_endpoint || !request.urls.empty()) {
    secrets.access.may_connect = [&rules = rules_](std::string_view address) {
      return rules.AllowsAddress(address);
    };
  }
  return secrets;
}

RunRequest ImportRunner::RequestFor(const System& system, LoadOptions options, ImportId import) {
  // How this host reaches the store is this host's business.
  if (!options_.profile.empty()) options.profile = options_.profile;
  if (!options_.ca_bundle.empty()) options.ca_bundle = options_.ca_bundle;
  int threads =
      options.threads == 0 ? options_.threads : std::min(options.threads, options_.threads);
  RunRequest request{.system = system,
                     .options = std::move(options),
                     .urls = {},
                     .threads = threads,
                     .version = std::string(Version()),
                     .command = "serve",
                     .make_system = MakeSystem,
                     .access = {},
                     .process = process_,
                     .permits = &permits_,
                     .drain = &drain_};
  std::lock_guard lock(mutex_);
  if (auto found = secrets_.find(import); found != secrets_.end()) {
    request.urls = found->second.urls;
    request.access = found->second.access;
  }
  return request;
}

Started ImportRunner::Start(const StartRequest& asked, Listing listing) {
  Secrets secrets = CheckedSecrets(asked);
  LoadOptions options = asked.options;
  options.served = true;
  options.given = asked.keys.has_value() || !asked.urls.empty();
  std::unique_ptr<System> system = MakeSystem(options.system, options);
  RunRequest request = RequestFor(*system, options, {});
  Started started;
  pg::Connection ledger = database_.Connect(Database::Use::kControl);
  {
    Beginning beginning(*this);
    started.import = BeginImport(request, database_);
    std::lock_guard lock(mutex_);  // let go before `beginning` takes it
    if (options.given) secrets_[started.import] = std::move(secrets);
    not_before_.erase(started.import);  // asked anew, perhaps with better keys
    if (listing == Listing::kNow) listing_.insert(started.import);
    // From now on the import counts as worked on.
    if (!registered_.contains(started.import)) {
      registered_[started.import] = RegisterRun(ledger, request, started.import);
    }
  }
  if (listing == Listing::kNow) {
    RunRequest with_secrets = RequestFor(*system, options, started.import);
    std::optional<Error> failed;
    try {
      RunResult result = ListImport(with_secrets, started.import, database_, overtime_);
      started.seen = result.enqueued.seen;
      started.to_load = result.enqueued.to_load;
      started.changed = result.enqueued.changed;
      started.ignored = result.ignored;
    } catch (const Error& error) {
      failed = error;
      FailImport(ledger, started.import, error);
    }
    std::lock_guard lock(mutex_);
    listing_.erase(started.import);
    if (failed) {
      secrets_.erase(started.import);  // nobody shall go on with what does not even list
      throw *failed;
    }
  }
  std::lock_guard lock(mutex_);
  wake_ = true;
  woken_.notify_one();
  return started;
}

void ImportRunner::Schedule() {
  std::optional<pg::Connection> ledger;
  while (!drain_.requested()) {
    try {
      if (!ledger || ledger->lost()) {
        ledger.emplace(database_.ConnectPatiently(Database::Use::kControl, drain_));
      }
      Look(*ledger);
    } catch (const Error& error) {
      if (drain_.requested()) break;
      Log(LogLevel::kWarning, error.message());
    }
    ReapEnded();
    // A signal cannot notify: the stop is looked at as often as the ledger.
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, kLookPause, [&] { return wake_; });
    wake_ = false;
  }
  for (auto& [import, thread] : running_) thread.join();
}

void ImportRunner::ReapEnded() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(mutex_);
    for (ImportId import : ended_) {
      threads.push_back(std::move(running_.at(import)));
      running_.erase(import);
    }
    ended_.clear();
  }
  for (std::thread& thread : threads) thread.join();
}

void ImportRunner::Look(pg::Connection& ledger) {
  // Also while nothing runs here: what a killed server left shows as interrupted, and can go on.
  if (auto now = std::chrono::steady_clock::now(); now >= next_rescue_) {
    RescueVanished(ledger);
    SweepSpool(ledger);
    next_rescue_ = now + std::chrono::seconds(1);
  }
  for (const Import& import : RunningImports(ledger)) {
    if (!MayHelp(ledger, import)) continue;
    std::lock_guard lock(mutex_);
    running_[import.id] = std::thread([this, import] { Help(import); });
    if (running_.size() >= server_limits::kImportsAtOnce) break;
  }
  // What others left aside and nobody holds.
  if (options_.threads == 0) return;
  for (const AsideTable& table : FindTablesToRestore(ledger)) {
    restorer_.Begin(table, KeepPolicy::kFail, false);
  }
}

bool ImportRunner::MayHelp(pg::Connection& ledger, const Import& import) {
  bool is_ours = false;  // begun by a request here, and not yet run
  {
    std::lock_guard lock(mutex_);
    if (beginning_ > 0 || running_.size() >= server_limits::kImportsAtOnce ||
        running_.contains(import.id) || listing_.contains(import.id) ||
        unreadable_.contains(import.id)) {
      return false;
    }
    auto found = not_before_.find(import.id);
    if (found != not_before_.end() && std::chrono::steady_clock::now() < found->second)
      return false;
    is_ours = registered_.contains(import.id);
  }
  try {
    LoadOptions options = ParseLoadOptions(import.options);
    if (options.given) {
      std::lock_guard lock(mutex_);
      if (!secrets_.contains(import.id)) return false;
    }
    if (!import.listed && options.served && (is_ours || !import.worked_on)) return true;
    if (options_.threads == 0) return false;
    if (!options.lane.empty() && IsLanePaused(ledger, options.lane)) return false;
    // One that only waits in its lane would keep others from being worked at.
    if (!options.lane.empty() && import.listed && !IsTurnOf(ledger, options.lane, import.id)) {
      return false;
    }
    return HasWork(ledger, import,
                   {"host:" + HostName(), "worker:" + std::to_string(process_.value)});
  } catch (const Error& error) {
    if (error.code() != "ledger-corrupt") throw;
    std::lock_guard lock(mutex_);
    unreadable_.insert(import.id);
    return false;
  }
}

// Others load. What the listing says no to fails the import, as where the import is led.
RunResult ImportRunner::ListOnly(const RunRequest& request, ImportId import) {
  try {
    return ListImport(request, import, database_, overtime_);
  } catch (const Error& error) {
    if (error.retry() == Retry::kNever) {
      pg::Connection ledger = database_.Connect(Database::Use::kControl);
      FailImport(ledger, import, error);
    }
    throw;
  }
}

void ImportRunner::Help(const Import& import) {
  try {
    LoadOptions options = ParseLoadOptions(import.options);
    std::unique_ptr<System> system = MakeSystem(import.system, options);
    RunRequest request = RequestFor(*system, options, import.id);
    {
      std::lock_guard lock(mutex_);
      if (auto found = registered_.find(import.id); found != registered_.end()) {
        request.worker = found->second;
        registered_.erase(found);
      }
    }
    TotalsOfRun totals(totals_);
    request.observe = [&](const RunStatus& status) { totals.Add(status.meter); };
    RunResult result;
    if (options_.threads == 0) {
      result = ListOnly(request, import.id);
    } else if (!import.listed && options.served) {
      result = ContinueImport(request, import.id, database_, overtime_);
    } else {
      result = TakePart(request, import.id, database_, overtime_);
    }
    if (result.fault) {
      // Nobody else could go on: what this process was given does not do.
      if (options.given && result.fault->retry() == Retry::kNever) {
        pg::Connection ledger = database_.Connect(Database::Use::kControl);
        FailImport(ledger, import.id, *result.fault);
      }
      throw *result.fault;
    }
  } catch (const Error& error) {
    if (!overtime_.requested()) {
      Log(LogLevel::kWarning, "import " + std::to_string(import.id.value) + ": " + error.message());
    }
    std::lock_guard lock(mutex_);
    if (error.code() == "system-absent") unreadable_.insert(import.id);
    not_before_[import.id] = std::chrono::steady_clock::now() + kFaultPause;
  } catch (const std::exception& error) {
    Log(LogLevel::kError, "import " + std::to_string(import.id.value) + ": " + error.what());
  }
  std::lock_guard lock(mutex_);
  ended_.insert(import.id);
  wake_ = true;
  woken_.notify_one();
}

}  // namespace sluice
