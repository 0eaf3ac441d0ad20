// One restorer per table: a session's advisory lock on it, by which loaders also see that a restore
// is under way. It ends with its session, so a killed restorer leaves none.
#pragma once

#include <cstdint>

#include "base/deadline.h"
#include "base/stop.h"
#include "pg/connection.h"

namespace sluice {

class RelationLock {
 public:
  // Waits for its turn. The connection outlives the lock. Errors: "restore-under-way" (kLater) when
  // the deadline passes.
  RelationLock(pg::Connection& connection, uint32_t relation, const Stop& stop, Deadline deadline);
  ~RelationLock();
  RelationLock(const RelationLock&) = delete;
  RelationLock& operator=(const RelationLock&) = delete;

  // Whether anyone holds it.
  static bool IsHeld(pg::Connection& connection, uint32_t relation);

 private:
  pg::Connection& connection_;
  const uint32_t relation_;
};

}  // namespace sluice
