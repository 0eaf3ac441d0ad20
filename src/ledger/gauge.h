// What the whole ledger comes to at this moment, for metrics: cheap to ask, whatever its size.
#pragma once

#include <cstdint>

#include "pg/connection.h"

namespace sluice {

struct LedgerGauges {
  uint64_t imports_running = 0;
  uint64_t jobs_pending = 0, jobs_running = 0;
  uint64_t bytes_pending = 0;
  double oldest_pending_seconds = 0;  // 0: nothing waits
  uint64_t outbox_pending = 0;
  uint64_t rejects_open = 0;
  uint64_t workers = 0;
  uint64_t lanes_paused = 0;
  uint64_t tables_flawed =
      0;  // without an index or key that they had, or with one that does not hold
};

// How busy the database is, as far as the session's user may see.
struct DatabasePressure {
  uint64_t sessions = 0, sessions_max = 0;
  uint64_t active = 0;   // sessions that run a statement now, without the one that asks
  uint64_t waiting = 0;  // of these: for a lock
  uint64_t bytes = 0;    // of the database on disk
};
DatabasePressure ReadPressure(pg::Connection& connection);

LedgerGauges ReadGauges(pg::Connection& connection);

}  // namespace sluice
