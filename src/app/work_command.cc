// sluice work: takes part in whatever imports run, on this host or any other.
#include <fmt/format.h>

#include <optional>
#include <random>
#include <set>

#include "app/as_json.h"
#include "app/command.h"
#include "app/complain.h"
#include "app/load_request.h"
#include "app/progress_display.h"
#include "app/system_registry.h"
#include "app/target.h"
#include "app/version.h"
#include "engine/process.h"
#include "engine/restorer.h"
#include "ledger/queue.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "Loads what `sluice load --background` has put into the queue, and helps imports that run\n"
    "elsewhere. Ends with 7 when it is stopped, with --until-idle when nothing is left to load.";

// Between two looks at the ledger; the jitter keeps many workers from looking in step.
constexpr int kPollLeastMs = 500;
constexpr int kPollMostMs = 1500;

class WorkLoop {
 public:
  WorkLoop(const Invocation& call, const Database& database)
      : call_(call),
        database_(database),
        restorer_(database, MakeSystem, call.stop),
        random_(std::random_device{}()) {}

  ExitCode Run() {
    while (!call_.stop.requested()) {
      if (Round()) continue;
      if (call_.settings.until_idle && !others_at_work_ && !restorer_.busy()) return End();
      std::uniform_int_distribution<int> pause(kPollLeastMs, kPollMostMs);
      call_.stop.SleepFor(std::chrono::milliseconds(pause(random_)));
    }
    return ExitCode::kInterrupted;
  }

 private:
  ExitCode End() {
    if (restorer_.flaws().empty()) return exit_;
    std::vector<MissingPart> missing = MissingParts(ListFlawed(*ledger_), restorer_.flaws());
    fmt::print(stderr, "{}", MissingPartsText(missing));
    return ExitCode::kObjectsFailed;
  }

  // One look at all imports; true if there was something to do.
  bool Round() {
    others_at_work_ = false;
    bool worked = false;
    for (const Import& import : Look()) {
      if (call_.stop.requested()) break;
      Help(import);
      worked = true;
    }
    return worked;
  }

  // The imports that this process can bring forward now.
  std::vector<Import> Look() {
    if (!ledger_ || ledger_->lost()) {
      ledger_.emplace(database_.ConnectPatiently(Database::Use::kControl));
    }
    std::vector<Import> open;
    try {
      for (const Import& import : RunningImports(*ledger_)) {
        if (unreadable_.contains(import.id)) continue;
        others_at_work_ = others_at_work_ || import.worked_on;
        if (HasWork(*ledger_, import, {"host:" + HostName()})) open.push_back(import);
      }
      // What others left aside and nobody holds.
      for (const AsideTable& table : FindTablesToRestore(*ledger_)) {
        restorer_.Begin(table, KeepPolicy::kFail, false);
      }
    } catch (const Error&) {
      if (!ledger_->lost()) throw;
      others_at_work_ = true;  // not known: look again before being idle
      open.clear();
    }
    return open;
  }

  void Help(const Import& import) {
    try {
      LoadOptions options = OptionsFor(import);
      std::unique_ptr<System> system = MakeSystem(import.system, options);
      RunRequest request{.system = *system,
                         .options = options,
                         .urls = {},
                         .threads = call_.settings.threads,
                         .version = std::string(Version()),
                         .command = "work",
                         .make_system = MakeSystem};
      ProgressDisplay display(call_.settings);
      request.observe = [&](const RunStatus& status) { display.Show(status); };
      RunResult result = TakePart(request, import.id, database_, call_.stop);
      display.Finish(result);
      Tell(MakeSummary(result, 0, {}));
    } catch (const Error& error) {
      if (call_.stop.requested()) return;
      if (error.code() != "ledger-corrupt" && error.code() != "system-absent") throw;
      unreadable_.insert(import.id);
      Complain(error, call_.settings.json);
    }
  }

  // The import's own, except for how this host reaches the store.
  LoadOptions OptionsFor(const Import& import) const {
    LoadOptions options = ParseLoadOptions(import.options);
    const Settings& settings = call_.settings;
    if (!settings.profile.empty()) options.profile = settings.profile;
    if (!settings.ca_bundle.empty()) options.ca_bundle = settings.ca_bundle;
    return options;
  }

  void Tell(const Summary& summary) {
    if (summary.interrupted) return;
    if (call_.settings.json) {
      fmt::print("{}\n", SummaryJson(summary));
    } else if (!call_.settings.quiet) {
      fmt::print("{}", SummaryText(summary));
    }
    std::fflush(stdout);
    if (summary.fault) Complain(*summary.fault, call_.settings.json);
    // An import that others still work on is theirs to finish.
    ExitCode exit = ExitFor(summary);
    bool unfinished = summary.state == ImportState::kRunning && !summary.fault;
    if (exit != ExitCode::kDone && !unfinished) exit_ = exit;
  }

  const Invocation& call_;
  const Database& database_;
  Restorer restorer_;
  std::mt19937 random_;
  std::optional<pg::Connection> ledger_;  // kept between looks
  std::set<ImportId> unreadable_;         // made by another version
  bool others_at_work_ = false;
  ExitCode exit_ = ExitCode::kDone;
};

ExitCode Work(const Invocation& call) {
  CheckThreads(call.settings);
  Target target = StartTarget(call.settings);
  Database database = OpenDatabase(target, call.settings, "work", call.stop);
  MigrateLedger(database);
  return WorkLoop(call, database).Run();
}

}  // namespace

Command WorkCommand() {
  return {.name = "work",
          .summary = "more workers, on this host or any other",
          .details = kDetails,
          .arguments = {},
          .options = {"into", "threads", "until-idle", "profile", "ca-bundle", "config", "progress",
                      "json", "quiet", "verbose"},
          .run = Work};
}

}  // namespace sluice
