// Brings back what was put aside of one table: its indexes all at once, each on a session of its
// own, the unique ones first; then the constraints on them; foreign keys last. Safe to be cut short
// at any point: run again, it finishes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/stop.h"
#include "base/unit.h"
#include "pg/connection.h"
#include "pg/table_part.h"
#include "table/build_part.h"
#include "table/duplicates.h"
#include "table/lock_patience.h"

namespace sluice {

struct RestoreOptions {
  size_t maintenance_work_mem_bytes = 256 * kMiB;  // of each session
  int connections_max = 4;                         // that build at one time
  // SHARE waits for the writers that are at work, so it may wait longer than a drop.
  LockPatience patience{std::chrono::seconds(1), std::chrono::seconds(30), std::chrono::hours(1)};
  // A build says nothing until it is done; keepalives notice a host that is gone.
  std::chrono::milliseconds build_time_max = std::chrono::hours(24);
  std::string txid_column;  // by which duplicates are told apart; empty: the table has none
  size_t duplicate_rows_max = 1000;  // that are named
};

struct PartOutcome {
  enum class State {
    kStanding,
    kNotValid,    // the foreign key stands for new rows; rows that are there break it
    kDuplicates,  // rows share the key: still aside
    kFailed,      // still aside: see error
  };
  pg::TablePart part;
  State state = State::kFailed;
  std::optional<Error> error;  // of all but kStanding
  Duplicates duplicates;       // of kDuplicates
  Violations violations;       // of kNotValid
};

// Whoever keeps the parts while they are aside, told as they come back. Called from the building
// threads, each with its own session.
class PartKeeper {
 public:
  virtual ~PartKeeper() = default;
  // Its restore begins; outside any transaction.
  virtual void Started(pg::Connection& connection, const pg::TablePart& part) = 0;
  // In the transaction by whose commit it stands. `flaw`: what is wrong with it all the same.
  virtual void Standing(pg::Connection& connection, const pg::TablePart& part,
                        const Error* flaw) = 0;
  // It stays aside; outside any transaction.
  virtual void Failed(pg::Connection& connection, const pg::TablePart& part,
                      const Error& error) = 0;
};

// `session` builds too, and is the only one where there is one index; its maintenance_work_mem and
// silence_max stay as the options say. `connect` opens further ones with the target; it is called
// from several threads. REQUIRES: the caller holds the table's RelationLock. Every part gets an
// outcome. Errors: passing faults (a lost session, a stop request, locks not had by the deadline):
// run again.
std::vector<PartOutcome> RestoreParts(pg::Connection& session,
                                      const std::function<pg::Connection()>& connect,
                                      std::span<const pg::TablePart> parts, PartKeeper& keeper,
                                      const RestoreOptions& options, const Stop& stop);

}  // namespace sluice
