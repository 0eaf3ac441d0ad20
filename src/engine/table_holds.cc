#include "engine/table_holds.h"

#include <algorithm>

#include "engine/limits.h"
#include "engine/set_aside.h"
#include "table/aside_cost.h"
#include "table/relation_lock.h"

namespace sluice {

namespace {

bool AnyHeld(pg::Connection& connection, const std::vector<uint32_t>& relations) {
  return std::ranges::any_of(
      relations, [&](uint32_t relation) { return RelationLock::IsHeld(connection, relation); });
}

}  // namespace

bool TableHolds::Ready(pg::Connection& connection, const Job& job, const TargetTable& table) {
  std::vector<uint32_t> relations = table.row_relations;
  if (relations.empty()) relations = {table.relation};
  Entry now;
  {
    std::lock_guard lock(mutex_);
    Entry& entry = tables_[job.target];
    entry.relations = relations;
    if (entry.state == State::kReady) return true;
    if (entry.state == State::kTaking) return false;
    if (entry.state == State::kNew && !options_.any()) {
      entry.state = State::kReady;
      return true;
    }
    entry.state = State::kTaking;
    now = entry;
  }
  try {
    bool ready = Take(connection, job, now);
    Set(job, ready ? State::kReady : State::kRestoring);
    return ready;
  } catch (...) {
    Set(job, State::kNew);
    throw;
  }
}

bool TableHolds::Take(pg::Connection& connection, const Job& job, const Entry& entry) const {
  if (AnyHeld(connection, entry.relations)) return false;
  if (!options_.any() || entry.spent) return true;
  if (options_.indexes == AsideOptions::Indexes::kAuto) {
    std::optional<uint64_t> incoming =
        IncomingBytes(connection, import_, job.target, limits::kPackedRatio);
    if (!incoming) return false;  // what is to come is not known yet
    // Of several tables, the last decides: it has the most rows.
    if (!PaysToSetAside(MeasureTable(connection, entry.relations.back()), *incoming).pays)
      return true;
  }
  LockPatience patience;
  patience.total = limits::kAsidePatience;
  for (uint32_t relation : entry.relations) {
    TakeHold(connection, import_, relation, options_.kinds(), job.target, patience, stop_);
  }
  return true;
}

void TableHolds::Set(const Job& job, State state) {
  std::lock_guard lock(mutex_);
  tables_[job.target].state = state;
}

bool TableHolds::IsRestoring(pg::Connection& connection, const Job& job) {
  std::vector<uint32_t> relations;
  {
    std::lock_guard lock(mutex_);
    relations = tables_[job.target].relations;
  }
  if (!AnyHeld(connection, relations)) return false;
  Set(job, State::kRestoring);
  return true;
}

std::vector<uint32_t> TableHolds::ReleaseFinished(pg::Connection& connection, bool listed) {
  std::vector<uint32_t> finished = FinishedHolds(connection, import_, listed);
  for (uint32_t relation : finished) {
    {
      // Should its objects be tried again, the table is held again.
      std::lock_guard lock(mutex_);
      for (auto& [target, entry] : tables_) {
        bool held = entry.state == State::kReady &&
                    std::ranges::find(entry.relations, relation) != entry.relations.end();
        if (!held) continue;
        entry.state = watch_ ? State::kRestoring : State::kNew;
        entry.spent = watch_;
      }
    }
    LockPatience patience;
    patience.total = limits::kAsidePatience;
    ReleaseHold(connection, import_, relation, patience, stop_);
  }
  return finished;
}

}  // namespace sluice
