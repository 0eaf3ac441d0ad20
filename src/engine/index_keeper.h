// What one import in one process does about indexes that are put aside: its holds, and restores of
// whatever nobody holds any more, also of what vanished processes left.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "engine/restorer.h"
#include "engine/table_holds.h"

namespace sluice {

class IndexKeeper {
 public:
  // All must outlive the keeper. `news` rings when a restore has ended.
  IndexKeeper(const Database& database, const LoadOptions& options, ImportId import,
              const SystemMaker& make_system, const Stop& stop, Bell& news)
      : import_(import),
        policy_(options.policy.on_duplicate),
        holds_(options.aside, options.watch, import, stop),
        restorer_(database, make_system, stop, &news) {}

  TableHolds& holds() { return holds_; }

  // Releases the tables whose last object is in, and has restored what is free, in threads of its
  // own. `listed`: all of the import's objects are known, or of a watch those there were. Called
  // every now and then from one thread.
  void Look(pg::Connection& connection, bool listed);
  // Tables that are being restored here, by name, as of the last Look.
  const std::vector<std::string>& restoring() const { return restoring_; }

  // When the loaders have ended, in whatever way: restores what is still aside, and waits.
  void Finish(pg::Connection& connection);
  std::vector<PartFlaw> flaws() const { return restorer_.flaws(); }
  // Tables whose parts came back here after the import's last object, by oid; they are analyzed.
  std::set<uint32_t> restored() const;

 private:
  const ImportId import_;
  const KeepPolicy policy_;
  TableHolds holds_;
  Restorer restorer_;
  std::set<uint32_t> released_;
  std::vector<std::string> restoring_;
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace sluice
