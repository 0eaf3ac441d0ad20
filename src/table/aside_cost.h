// Whether putting a table's indexes aside for a load pays: rebuilding them reads every row that is
// there, keeping them up costs only for the rows that come.
#pragma once

#include <cstdint>
#include <string>

#include "pg/connection.h"

namespace sluice {

struct TableSize {
  uint64_t bytes = 0;  // with TOAST, without indexes
  uint64_t rows = 0;   // the planner's estimate
  int indexes = 0;     // that could be put aside
  uint64_t index_bytes = 0;
};
TableSize MeasureTable(pg::Connection& connection, uint32_t relation);

struct CostVerdict {
  bool pays = false;
  std::string reason;  // one sentence
};
// `incoming_bytes`: what the load will add, as the table stores it. Figures: doc/decisions/0010.
CostVerdict PaysToSetAside(const TableSize& size, uint64_t incoming_bytes);

}  // namespace sluice
