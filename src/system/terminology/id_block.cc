#include "system/terminology/id_block.h"

#include "system/terminology/ocl_sql.h"

namespace sluice::ocl {

int64_t IdBlock::Next() {
  if (kind_ == Kind::kLasting && next_ == end_) {
    next_ = connection_.Exec(sql::kNextIds).int8(0, 0);
    end_ = next_ + kBlock;
  }
  return next_++;
}

}  // namespace sluice::ocl
