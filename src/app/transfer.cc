#include "app/transfer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "app/extract_place.h"
#include "app/load_request.h"
#include "app/system_registry.h"
#include "app/version.h"
#include "base/crash_point.h"
#include "engine/generation.h"
#include "engine/supervisor.h"
#include "extract/occupation.h"

namespace sluice {
namespace {

// What --truncate and its like would say.
void SayHowToLoad(const TransferTable& table, Settings& settings) {
  settings.renewal = Renewal::kKeep;
  if (table.load == "truncate" || table.load == "swap") settings.renewal = Renewal::kTruncate;
  if (table.load == "replace") settings.renewal = Renewal::kReplace;
  settings.atomic = table.load == "swap";
  settings.policy.upsert = table.load == "upsert";
  settings.key = table.key;
  settings.create = table.create;
  settings.table = table.table;
  // The manifest says how the parts are written.
  settings.format.clear();
  settings.header = false;
}

class TableTransfer {
 public:
  TableTransfer(const TransferTable& table, const Settings& settings, const Database& target,
                const Stop& stop)
      : table_(table), settings_(settings), target_(target), stop_(stop) {}

  TableOutcome Run() noexcept {
    auto began = std::chrono::steady_clock::now();
    outcome_.table = table_.table;
    try {
      Settings settings = settings_;
      ExtractPlace place(table_.path, settings, stop_);
      ExtractParts(place.destination(), settings);
      CrashPoint("transfer-extracted");
      Load(place.destination());
    } catch (const Error& error) {
      outcome_.error = error;
    } catch (const std::exception& error) {
      outcome_.error = Fault("internal", error.what()).With(Scope::kRun);
    }
    outcome_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return outcome_;
  }

 private:
  void ExtractParts(const Destination& destination, const Settings& settings) {
    ExtractResult result;
    if (settings.existing == "refuse" && IsThere(destination)) {
      result = ResultOf(destination, ParseUnloadManifest(destination.ReadManifest()));
    } else {
      ExtractRequest request;
      request.table = table_.source;
      request.query = table_.query;
      Settings reading = settings;
      // UNLOAD costs this process nothing: its slices are the cluster's.
      bool unload = settings.from.starts_with("redshift://");
      if (unload) reading.threads = std::max(2, settings.threads);
      result = RunExtract(reading, std::move(request), destination, stop_);
      outcome_.extracted = !result.found_complete;
    }
    outcome_.rows_extracted = result.rows;
    outcome_.parts = result.parts;
    outcome_.bytes = result.bytes;
  }

  // Complete, and nobody is at it.
  static bool IsThere(const Destination& destination) {
    if (!destination.HasManifest()) return false;
    try {
      destination.store().Stat(destination.Claim());
      return false;
    } catch (const Error& error) {
      if (error.code() != "NoSuchKey" && error.code() != "AccessDenied") throw;
      return true;
    }
  }

  void Load(const Destination& destination) {
    Settings settings = settings_;
    SayHowToLoad(table_, settings);
    LoadRequest load = MakeLoadRequest("table", {ToString(destination.Manifest())}, settings);
    std::unique_ptr<System> system = RequestSystem(load, settings, stop_);
    RunRequest request{.system = *system,
                       .options = load.options,
                       .urls = {},
                       .threads = settings.threads,
                       .version = std::string(Version()),
                       .command = "transfer",
                       .make_system = MakeSystem};
    if (settings.renewal != Renewal::kKeep) {
      BeginGeneration(request, target_, stop_);
      system->FillAside(request.options);
    }
    RunResult result = RunImport(request, target_, stop_);
    if (result.fault) throw *result.fault;
    stop_.ThrowIfRequested();
    if (settings.renewal != Renewal::kKeep && result.state == ImportState::kCompleted) {
      FinishGeneration(request, result.import, target_, stop_);
    }
    Judge(result);
  }

  void Judge(const RunResult& result) {
    outcome_.objects_failed = result.tally.all(JobState::kDead).jobs;
    for (const LabelTally& label : result.loaded) outcome_.rows_loaded += label.records_loaded;
    const TallyLine done = result.tally.all(JobState::kDone);
    outcome_.complete = result.state == ImportState::kCompleted && outcome_.objects_failed == 0;
    bool all_here = outcome_.complete && done.jobs == outcome_.parts;
    if (all_here && done.records.read != outcome_.rows_extracted) {
      throw Fault("transfer-differs",
                  std::to_string(outcome_.rows_extracted) + " rows were extracted and " +
                      std::to_string(done.records.read) + " were read by the load")
          .With(Scope::kRun);
    }
  }

  const TransferTable& table_;
  const Settings& settings_;
  const Database& target_;
  const Stop& stop_;
  TableOutcome outcome_;
};

}  // namespace

std::vector<TableOutcome> Transfer(const TransferMapping& mapping, const Settings& settings,
                                   const Database& target, const Stop& stop,
                                   const std::function<void(const TableOutcome&)>& tell) {
  const size_t at_once =
      std::min(mapping.tables.size(), static_cast<size_t>(std::max(settings.threads, 1)));
  Settings each = settings;
  each.threads = std::max(1, settings.threads / static_cast<int>(at_once));
  std::vector<TableOutcome> outcomes(mapping.tables.size());
  std::atomic<size_t> next{0};
  std::mutex telling;
  std::vector<std::thread> threads;
  for (size_t i = 0; i < at_once; ++i) {
    threads.emplace_back([&] {
      for (size_t n = next++; n < outcomes.size() && !stop.requested(); n = next++) {
        outcomes[n] = TableTransfer(mapping.tables[n], each, target, stop).Run();
        std::lock_guard lock(telling);
        tell(outcomes[n]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return outcomes;
}

}  // namespace sluice
