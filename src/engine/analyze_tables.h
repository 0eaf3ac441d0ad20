// The end of an import: statistics for what it has filled, several tables at once.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/database.h"

namespace sluice {

// Analyzes the tables (by oid, the largest first) in sessions of its own, `sessions` at once. It is
// worth a try, no more: what fails is logged. Returns when all are analyzed, or soon after a stop.
void AnalyzeTables(const Database& database, const std::vector<uint32_t>& tables, int sessions,
                   const Stop& stop);

}  // namespace sluice
