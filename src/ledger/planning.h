// How PostgreSQL plans what the ledger asks for every object.
#pragma once

#include <utility>

#include "pg/connection.h"

namespace sluice {

namespace sql {

// Each goes before another statement, in the same transaction.
//
// For what takes from the front of a queue, in its order: planned once, and by index scans. They
// clear away the entries of rows that have left the queue; bitmap scans visit all of them again
// each time, until VACUUM comes by.
inline constexpr char kFromTheFront[] =
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), "
    "set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)";

// For what changes several rows by their keys: planned once, and never by joins that are cheap only
// while the tables are small.
inline constexpr char kByTheirKeys[] =
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), "
    "set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), "
    "set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)";

// For what looks up one page of a listing: by index, whatever the statistics say of tables that
// grow a thousandfold while they are listed into. For the same reason such a statement looks each
// object up by itself (LATERAL ... LIMIT 1 keeps it so): one that joins may read the whole ledger
// for every page.
inline constexpr char kByIndex[] = "SELECT set_config('enable_seqscan', 'off', true)";

}  // namespace sql

// The statement's result, planned so; one round trip, and outside a transaction one of its own.
inline pg::Result ExecPlanned(pg::Connection& connection, const char* how,
                              pg::Connection::Statement statement) {
  const pg::Connection::Statement statements[] = {{how, {}}, std::move(statement)};
  return std::move(connection.ExecPipeline(statements)[1]);
}

}  // namespace sluice
