// Rejects that somebody has mended go where their object went: into its table, under its txid, by
// the same mapper and writer, each settled in the transaction that brings its row.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/load_options.h"
#include "engine/system.h"
#include "engine/target_tables.h"
#include "ledger/import_ledger.h"
#include "ledger/reject_ledger.h"
#include "pg/connection.h"
#include "row/reject.h"

namespace sluice {

struct MendedRecord {
  int64_t reject = 0;
  std::string raw;  // the record, without line end
};

struct ReplayCounts {
  uint64_t replayed = 0;
  uint64_t closed = 0;  // not open any more, or not the import's
};

// What is still wrong with a record; it stays open.
struct StillBad {
  int64_t reject = 0;
  std::string why;
  std::string remedy;
};

// Replays into the tables of one import, a bad one among the records costing itself only.
// Everything outlives it. One call of Replay is one transaction for each object among its records.
class Replayer {
 public:
  Replayer(const System& system, LoadOptions options, ImportId import, pg::Connection& connection)
      : system_(system),
        options_(Quarantining(std::move(options))),
        import_(import),
        connection_(connection),
        tables_(system, options_.policy) {}

  // Errors: the server's that are no record's fault; "reject-gone" (kLater).
  ReplayCounts Replay(const std::vector<MendedRecord>& records, std::vector<StillBad>& bad);

 private:
  struct Placed {
    const MendedRecord* record;
    Position position;
  };
  struct Object {
    std::string label, target;
    std::map<uint64_t, Placed> records;  // by byte offset
  };
  static LoadOptions Quarantining(LoadOptions options) {
    options.policy.on_reject = RejectPolicy::kQuarantine;
    return options;
  }
  // How many were replayed.
  uint64_t ReplayObject(JobId job, const Object& object, std::vector<StillBad>& bad);
  WriteCounts Write(const RecordBlock& block, const LoadedObject& object, const TargetTable& table,
                    std::vector<Reject>& rejects, std::vector<Reject>& fatal);

  const System& system_;
  const LoadOptions options_;
  const ImportId import_;
  pg::Connection& connection_;
  TargetTables tables_;
};

}  // namespace sluice
