// Imports: one request each. The same request, made again, is the same import.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "ledger/job.h"
#include "pg/connection.h"

namespace sluice {

// `scope` is what was asked for, normalised; a request with the same system and scope finds the
// import made before.
ImportId OpenImport(pg::Connection& connection, const std::string& system, const std::string& scope,
                    const std::string& source, const std::string& options);
std::optional<ImportId> FindImport(pg::Connection& connection, const std::string& system,
                                   const std::string& scope);
// Begins a run, or joins the one under way. False if the import was cancelled.
bool StartImport(pg::Connection& connection, ImportId id);
void MarkListed(pg::Connection& connection, ImportId id);
// True if the import became completed now: all is listed and every job is final.
bool CompleteImport(pg::Connection& connection, ImportId id);
// A fault of the whole run ended it.
void FailImport(pg::Connection& connection, ImportId id, const Error& error);
// Cancels the import and its unfinished jobs in one transaction; false if it was final already.
bool CancelImport(pg::Connection& connection, ImportId id);

// A finished import runs again without being listed anew: its jobs were made pending. False if it
// is cancelled or runs already.
bool ReopenImport(pg::Connection& connection, ImportId id);

std::optional<Import> GetImport(pg::Connection& connection, ImportId id);
std::vector<Import> ListImports(pg::Connection& connection, int limit);
// Newest first; those before `before` (0: all), in `state` (absent: any).
std::vector<Import> ListImports(pg::Connection& connection, ImportId before,
                                std::optional<ImportState> state, int limit);
std::vector<Import> RunningImports(pg::Connection& connection);
// Those of a system with a source that begins so ("s3://bucket/"), oldest first.
std::vector<Import> ImportsFrom(pg::Connection& connection, const std::string& system,
                                const std::string& source_prefix);

// Jobs of one state, counted; sizes in bytes.
struct TallyLine {
  uint64_t jobs = 0;
  uint64_t packed_bytes = 0;
  uint64_t unpacked_bytes = 0;
  Counts records;
};

struct Tally {
  std::map<JobState, TallyLine> this_run;  // unfinished, or finished since the run began
  std::map<JobState, TallyLine> earlier;   // finished in earlier runs
  TallyLine of(JobState state) const;      // of this run
  TallyLine all(JobState state) const;     // of all runs
};

Tally TallyImport(pg::Connection& connection, ImportId id);

struct LabelTally {
  std::string label;
  std::string target;
  uint64_t objects = 0;
  uint64_t records_loaded = 0;
};

// What was loaded, by label, in label order.
enum class Runs { kLast, kAll };
std::vector<LabelTally> TallyByLabel(pg::Connection& connection, ImportId id,
                                     Runs runs = Runs::kLast);

}  // namespace sluice
