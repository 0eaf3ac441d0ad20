// The end of an import: statistics for what it has filled, several tables at once.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "engine/database.h"
#include "engine/target_tables.h"
#include "ledger/import_ledger.h"

namespace sluice {

// Analyzes what an import has loaded, but for tables (by oid) that are analyzed already, the
// largest first, in sessions of its own, `sessions` at once. It is worth a try, no more: what fails
// is logged. Returns when all are analyzed, or soon after a stop.
void AnalyzeLoaded(const Database& database, pg::Connection& connection, TargetTables& tables,
                   std::vector<LabelTally> loaded, std::set<uint32_t> analyzed, int sessions,
                   const Stop& stop);

}  // namespace sluice
