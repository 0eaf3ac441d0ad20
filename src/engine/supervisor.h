// Runs an import in this process from start to end: lists, loads with N threads, rescues, carries
// out the outbox, reports. Several processes may run the same import at once; each returns when the
// import is over.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/database.h"
#include "engine/load_options.h"
#include "engine/load_permits.h"
#include "engine/meter.h"
#include "engine/restorer.h"
#include "engine/source_access.h"
#include "engine/system.h"
#include "ledger/import_ledger.h"
#include "ledger/queue.h"

namespace sluice {

// What is known while it runs; everything outlives the call it is passed to.
struct RunStatus {
  ImportId import;
  bool listed = false;
  uint64_t ignored = 0;  // objects seen in the listing that are not the system's
  const Tally& tally;    // at most a second old
  const Meter& meter;
  std::chrono::steady_clock::duration elapsed;
  std::span<const std::string> restoring = {};  // tables whose indexes are being restored here
};

struct RunRequest {
  const System& system;
  LoadOptions options;
  std::vector<std::string> urls;  // presigned, whole
  int threads = 4;
  std::string version;
  std::string command;
  SystemMaker make_system = {};  // for objects of other imports
  SourceAccess access = {};
  // The worker row of a process that runs several imports, beside the run's own: objects that only
  // this process can read wait for it by that.
  WorkerId process = {};
  WorkerId worker = {};            // the run's own row, where it was registered before; 0: now
  LoadPermits* permits = nullptr;  // over all imports of the process; null: `threads` alone counts
  // Once requested, nothing more is claimed, and the run ends when what is being loaded is done.
  const Stop* drain = nullptr;
  // Called a few times a second from the calling thread, and once more when all loads have ended.
  std::function<void(const RunStatus&)> observe = [](const RunStatus&) {};
};

struct RunResult {
  ImportId import;
  ImportState state = ImportState::kPending;
  bool interrupted = false;
  uint64_t ignored = 0;
  // Where another system is told of objects: why objects were ignored (as far as the reasons are
  // few), and why those that had their turn were not told of.
  std::map<std::string, uint64_t> ignored_because, skipped_because;
  Enqueued enqueued;  // by the listing
  Tally tally;
  std::vector<LabelTally> loaded;                              // by label
  uint64_t packed_bytes = 0, unpacked_bytes = 0, records = 0;  // by this process
  uint64_t outbox_dead = 0;
  // What the tables of the import are left without, and what does not hold; and of tables that this
  // process restored, by part, the rows that share a key.
  std::vector<SetAsideRow> flawed;
  std::vector<PartFlaw> flaws;
  double seconds = 0;
  std::optional<Error> fault;  // of the run
};

// The import of this request, made if it is asked for the first time; it is not begun.
ImportId OpenImportOf(const RunRequest& request, pg::Connection& connection);
// Lists the sources and loads until every job is final. Errors: only what keeps it from beginning
// (kRun).
RunResult RunImport(const RunRequest& request, const Database& database, const Stop& stop);
// The same for an import that was begun before.
RunResult ContinueImport(const RunRequest& request, ImportId import, const Database& database,
                         const Stop& stop);
// Lists an import that was begun before; workers load. Errors: those of the listing.
RunResult ListImport(const RunRequest& request, ImportId import, const Database& database,
                     const Stop& stop);
// The row by which others see that this process works at the import.
WorkerId RegisterRun(pg::Connection& connection, const RunRequest& request, ImportId import);
// Whether a process that can read what is `only_at` it would find something to do: something waits,
// or all is done and only the end is missing, because the process that led the import vanished.
bool HasWork(pg::Connection& connection, const Import& import,
             const std::vector<std::string>& only_at);
// Lists only; workers load. Returns the import and how many jobs wait for their first turn.
RunResult EnqueueImport(const RunRequest& request, const Database& database, const Stop& stop);
// Begins the import, or joins the run under way, without listing.
ImportId BeginImport(const RunRequest& request, const Database& database);
// Takes part in an import that another process began, until nothing more can be claimed here.
RunResult TakePart(const RunRequest& request, ImportId import, const Database& database,
                   const Stop& stop);

}  // namespace sluice
