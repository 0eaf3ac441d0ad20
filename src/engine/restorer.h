// Restores tables while others load: a few at a time, each in a thread and with sessions of its
// own. What was restored is analyzed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/bell.h"
#include "engine/bring_back.h"
#include "ledger/set_aside_ledger.h"

namespace sluice {

class Restorer {
 public:
  // All must outlive the restorer; a stop request ends what is under way. `ended` rings when a
  // restore has ended; it may be null.
  Restorer(const Database& database, SystemMaker make_system, const Stop& stop,
           Bell* ended = nullptr);
  // Waits for the restores that run; those that wait for their turn are left to the next start.
  ~Restorer();
  Restorer(const Restorer&) = delete;
  Restorer& operator=(const Restorer&) = delete;

  // Restores the table as soon as there is a thread for it. A table that could not be restored is
  // not tried again unless `again`: then, where it is being restored, once more if that fails.
  void Begin(const AsideTable& table, KeepPolicy policy, bool again);
  // Tables that are being restored or wait for their turn, by name.
  std::vector<std::string> at_work() const;
  bool busy() const { return !at_work().empty(); }
  void Wait();
  // By oid.
  std::set<uint32_t> restored() const;
  // Of the tables that could not be restored whole.
  std::vector<PartFlaw> flaws() const;

 private:
  struct Task {
    AsideTable table;
    KeepPolicy policy = KeepPolicy::kFail;
    std::optional<KeepPolicy> then = {};  // asked for while it was under way
    bool over = false;
    std::vector<PartFlaw> flaws = {};
  };
  void Run();
  bool Restore(const AsideTable& table, KeepPolicy policy, std::vector<PartFlaw>& flaws) const;
  static void Analyze(pg::Connection& session, const AsideTable& table);

  const Database& database_;
  const SystemMaker make_system_;
  const Stop& stop_;
  Bell* const ended_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<uint32_t> queue_;      // guarded by mutex_, as all that follows
  std::map<uint32_t, Task> tasks_;  // those that ended well are forgotten
  std::set<uint32_t> restored_;
  bool ending_ = false;
  int idle_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace sluice
