// THE LINE: one object, from its bytes to its settled receipt, in one transaction.
#pragma once

#include <optional>
#include <vector>

#include "base/stop.h"
#include "engine/database.h"
#include "engine/load_options.h"
#include "engine/meter.h"
#include "engine/pace.h"
#include "engine/pools.h"
#include "engine/read_ahead.h"
#include "engine/system.h"
#include "ledger/job.h"
#include "pg/connection.h"
#include "row/reject.h"

namespace sluice {

struct LoadContext {
  const System& system;
  const LoadOptions& options;
  ObjectStore& store;
  ReadAhead& objects;          // this thread's own, from the same store
  pg::Connection& connection;  // this thread's own
  const TargetTable& table;
  Pools& pools;
  Meter& meter;
  StageClock& clock;  // this load's
  const Stop& stop;
  const std::atomic<bool>& lease_lost;  // set by the heartbeat
  Pace& pace;
  const Database& database;
};

struct LoadReport {
  enum class Outcome {
    kLoaded,
    kAlreadyLoaded,  // this very version is in
    kChanged,        // another version is in, and the policy is not to replace it
  };
  Outcome outcome = Outcome::kLoaded;
  std::string etag;  // of the version read
  ReceiptId receipt;
  Counts counts;
  std::string note;                  // of the writer
  std::vector<Reject> rejects;       // filled also when LoadObject throws
  std::optional<Position> position;  // of the record at fault, likewise
};

// Loads the job's object and settles it. When it returns kLoaded, everything is committed;
// otherwise nothing was written and the caller settles. Errors: of every room it crosses; a bad
// record is "bad-records" (kNever, kObject) with the rejects in the report; kUncertain when the
// COMMIT was sent and not answered.
void LoadObject(const LoadContext& context, const Job& job, LoadReport& report);

// The block's rows, and in the report its bad records; the time counts as the stage's.
void MapBlock(const LoadContext& context, Mapper& mapper, const RecordBlock& block, Rows& rows,
              LoadReport& report);

// Says in the report which version is in, where the receipt was refused. Errors: "receipt-moved"
// (kLater) when it is not there any more.
void ReportRefused(const LoadContext& context, const Job& job, LoadReport& report);

}  // namespace sluice
