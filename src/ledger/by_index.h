// How the ledger looks up many objects at once.
#pragma once

#include <utility>

#include "ledger/ledger_sql.h"
#include "pg/connection.h"

namespace sluice {

// The statement's result; in one round trip, and outside a transaction in one of its own.
inline pg::Result ExecByIndex(pg::Connection& connection, pg::Connection::Statement statement) {
  const pg::Connection::Statement statements[] = {{sql::kByIndex, {}}, std::move(statement)};
  return std::move(connection.ExecPipeline(statements)[1]);
}

}  // namespace sluice
