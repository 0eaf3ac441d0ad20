// Statistics for the planner after a load: until they are there, queries on what was loaded are
// planned as if the table were empty, and autovacuum takes a minute or more to come by.
#pragma once

#include <cstdint>

#include "pg/connection.h"

namespace sluice {

// ANALYZE of the table's columns that are no json: nothing can be planned by their statistics, and
// sampling them would unpack their values. A table without any statistics gets rough ones, of 3,000
// rows, if autovacuum will see to better ones: it counts what was loaded as not analyzed yet.
// `relation`: its oid; a table that is gone is let be. REQUIRES: no transaction. Errors: the
// server's; without the right to analyze the table nothing happens.
void AnalyzeTable(pg::Connection& connection, uint32_t relation);

}  // namespace sluice
