#include "table/relation_lock.h"

#include "base/backoff.h"
#include "table/part_sql.h"

namespace sluice {

RelationLock::RelationLock(pg::Connection& connection, uint32_t relation, const Stop& stop,
                           Deadline deadline)
    : connection_(connection), relation_(relation) {
  // Trying, not waiting: a session that waits in a statement holds a snapshot back for as long.
  Backoff backoff(std::chrono::milliseconds(20), std::chrono::milliseconds(1000));
  while (!connection.Exec(sql::kTryLockRelation, {std::to_string(relation)}).boolean(0, 0)) {
    if (deadline.passed()) {
      throw Fault("restore-under-way", "another session is restoring the table's indexes")
          .With(Retry::kLater)
          .Remedy("wait for it: sluice status");
    }
    if (stop.SleepFor(backoff.Next())) stop.ThrowIfRequested();
  }
}

RelationLock::~RelationLock() {
  try {
    if (connection_.lost()) return;
    connection_.Exec(sql::kUnlockRelation, {std::to_string(relation_)});
  } catch (const std::exception&) {
    // The lock ends with the session.
  }
}

bool RelationLock::IsHeld(pg::Connection& connection, uint32_t relation) {
  return connection.Exec(sql::kRelationLocked, {std::to_string(relation)}).boolean(0, 0);
}

}  // namespace sluice
