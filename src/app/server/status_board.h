// What many clients ask again and again, asked of the ledger once: the status of an import, at most
// half a second old.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "base/id.h"
#include "pg/pool.h"

namespace sluice {

class StatusBoard {
 public:
  explicit StatusBoard(pg::Pool& ledger) : ledger_(ledger) {}

  struct Entry {
    std::string json;  // as `sluice status --json IMPORT` says it
    bool is_final = false;
  };
  // Thread-safe. Errors: "import-unknown".
  Entry Get(ImportId import);
  // After a change: the next Get asks anew.
  void Forget(ImportId import);

 private:
  using Clock = std::chrono::steady_clock;
  struct Kept {
    Entry entry;
    Clock::time_point at;
    bool being_read = false;
  };
  pg::Pool& ledger_;
  std::mutex mutex_;
  std::map<ImportId, Kept> kept_;
};

}  // namespace sluice
