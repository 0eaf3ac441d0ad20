// What a system's HTTP routes may use of the process that serves them.
#pragma once

#include "base/stop.h"
#include "engine/database.h"
#include "engine/import_starter.h"
#include "engine/spool.h"
#include "http/endpoint_rules.h"
#include "pg/pool.h"

namespace sluice {

// All of it outlives the routes.
struct Services {
  const Database& database;
  pg::Pool& ledger;  // sessions for short questions
  ImportStarter& imports;
  Spool& spool;                          // where a request's body goes that an import shall load
  const http::EndpointRules& endpoints;  // whom requests may make this process call
  const Stop& stop;  // requested when the server's grace time is over: ends every wait
};

}  // namespace sluice
