// The holds of one import, as one process takes and releases them: a table's indexes go aside
// before the import's first row goes in, and its hold ends with its last object.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/stop.h"
#include "engine/load_options.h"
#include "engine/system.h"
#include "ledger/job.h"
#include "pg/connection.h"

namespace sluice {

class TableHolds {
 public:
  // All must outlive the holds. `watch`: objects go on coming, so a table is held for the backlog
  // only, once.
  TableHolds(const AsideOptions& options, bool watch, ImportId import, const Stop& stop)
      : options_(options), watch_(watch), import_(import), stop_(stop) {}

  // Whether rows may go into the table now. Puts aside what the import wants aside, once. False: a
  // restore is under way, or another thread is at it: give the job back for a while, no attempt
  // counted. Called from loader threads, outside transactions. Errors: TakeHold's.
  bool Ready(pg::Connection& connection, const Job& job, const TargetTable& table);

  // After a load could not lock its table: whether a restore is what stood in its way. From then
  // on, Ready waits for its end.
  bool IsRestoring(pg::Connection& connection, const Job& job);

  // Releases the import's holds on tables whose objects all had their turn, whoever took them;
  // returns the tables. `listed`: as FinishedHolds. REQUIRES: as Ready.
  std::vector<uint32_t> ReleaseFinished(pg::Connection& connection, bool listed);

 private:
  enum class State {
    kNew,
    kTaking,     // by a thread
    kReady,      // held, or nothing is to be held
    kRestoring,  // as far as is known
  };
  struct Entry {
    State state = State::kNew;
    bool spent = false;  // it was held, and is not to be held again
    std::vector<uint32_t> relations;
  };
  // Takes the hold unless it is spent; false: not now.
  bool Take(pg::Connection& connection, const Job& job, const Entry& entry) const;
  void Set(const Job& job, State state);

  const AsideOptions& options_;
  const bool watch_;
  const ImportId import_;
  const Stop& stop_;
  std::mutex mutex_;
  std::map<std::string, Entry> tables_;  // by target
};

}  // namespace sluice
