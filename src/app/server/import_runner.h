// The worker inside `sluice serve`: lists what requests began, and takes part in whatever imports
// run, several at once, within one number of objects in flight.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "app/server/metrics.h"
#include "engine/heartbeat.h"
#include "engine/import_starter.h"
#include "engine/load_permits.h"
#include "engine/restorer.h"
#include "engine/supervisor.h"
#include "http/endpoint_rules.h"

namespace sluice {

struct RunnerOptions {
  int threads = 0;  // objects in flight; 0: lists only
  std::string profile, ca_bundle;
};

class ImportRunner final : public ImportStarter {
 public:
  // Starts. Once `drain` is requested nothing more is claimed; `overtime` ends what then still
  // runs. All of it outlives the runner.
  ImportRunner(RunnerOptions options, const Database& database, const http::EndpointRules& rules,
               const Stop& drain, const Stop& overtime);
  // Waits until what runs has ended. REQUIRES: `drain` was requested.
  ~ImportRunner() override;

  Started Start(const StartRequest& request, Listing listing) override;
  const LoadTotals& totals() const { return totals_; }
  // Whether the database takes the heartbeats by which this process keeps what it loads.
  // Thread-safe.
  bool keeps_leases() const { return !heartbeat_->late(); }
  // Restores a table in the background, also one that could not be restored before. Thread-safe.
  void BeginRestore(const AsideTable& table, KeepPolicy on_duplicate) {
    restorer_.Begin(table, on_duplicate, true);
  }

 private:
  // What only this process knows about an import.
  struct Secrets {
    std::vector<std::string> urls;
    SourceAccess access;
  };
  class Beginning;

  void Schedule();
  void Look(pg::Connection& ledger);
  bool MayHelp(pg::Connection& ledger, const Import& import);
  void Help(const Import& import);
  RunResult ListOnly(const RunRequest& request, ImportId import);
  Secrets CheckedSecrets(const StartRequest& request) const;
  RunRequest RequestFor(const System& system, LoadOptions options, ImportId import);
  void ReapEnded();

  const RunnerOptions options_;
  const Database& database_;
  const http::EndpointRules& rules_;
  const Stop& drain_;
  const Stop& overtime_;
  WorkerId process_;
  std::optional<Heartbeat> heartbeat_;
  LoadPermits permits_;
  LoadTotals totals_;
  Restorer restorer_;

  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
  std::chrono::steady_clock::time_point next_rescue_{};  // the scheduler's
  // Requests between an import that others can see and the secrets it is to be worked at with.
  int beginning_ = 0;
  std::map<ImportId, Secrets> secrets_;
  std::map<ImportId, WorkerId> registered_;  // rows that wait for their run
  std::set<ImportId> listing_;               // in the thread of a request
  std::map<ImportId, std::thread> running_;
  std::set<ImportId> ended_;       // threads to be joined
  std::set<ImportId> unreadable_;  // made by another version
  std::map<ImportId, std::chrono::steady_clock::time_point> not_before_;
  std::thread scheduler_;
};

}  // namespace sluice
