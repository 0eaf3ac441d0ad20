// What a system's HTTP routes may use of the process that serves them.
#pragma once

#include "base/stop.h"
#include "engine/database.h"
#include "pg/pool.h"

namespace sluice {

// All of it outlives the routes.
struct Services {
  const Database& database;
  pg::Pool& ledger;  // sessions for short questions
  const Stop& stop;  // requested when the server's grace time is over: ends every wait
};

}  // namespace sluice
