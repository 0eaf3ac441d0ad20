// Short waits for locks, tried again until a deadline: DDL that queues for long blocks everyone who
// comes after it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/deadline.h"
#include "base/stop.h"
#include "pg/connection.h"

namespace sluice {

struct LockPatience {
  // Waits double from `first` to `cap`: readers and writers behind us wait as long, and a load's
  // transaction that is longer than `cap` is only outlasted by luck.
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds cap{4000};
  // For all that is to be done, counted from when it is begun.
  std::chrono::milliseconds total = std::chrono::minutes(10);
};

// Runs `action` in a transaction under lock_timeout and commits it; again after a pause when a lock
// was not to be had, or in a deadlock. `settings` as in pg::Transaction. REQUIRES: no transaction
// is open. Errors: the last one once the deadline has passed; at once, all others.
void WithPatience(pg::Connection& connection, const LockPatience& patience, Deadline deadline,
                  const Stop& stop, const std::string& settings,
                  const std::function<void()>& action);

}  // namespace sluice
