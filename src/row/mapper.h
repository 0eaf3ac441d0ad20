// The interface between a system's meaning and the line: records in, rows and rejects out.
#pragma once

#include <vector>

#include "record/record_block.h"
#include "row/reject.h"
#include "row/row_batch.h"

namespace sluice {

class Mapper {
 public:
  virtual ~Mapper() = default;
  // Maps every record of the block: appends its rows to `rows` or a reject to `rejects`, in order.
  // Never throws for what a record holds. One mapper serves one object, in one thread.
  virtual void Map(const RecordBlock& block, Rows& rows, std::vector<Reject>& rejects) = 0;
};

}  // namespace sluice
