// Ids of new orgs, repositories and the like, taken from the store's sequence in blocks.
#pragma once

#include <cstdint>

#include "pg/connection.h"

namespace sluice::ocl {

class IdBlock {
 public:
  enum class Kind {
    kLasting,
    // For a transaction that is rolled back: far above the sequence, which does not move.
    kPassing,
  };
  IdBlock(pg::Connection& connection, Kind kind) : connection_(connection), kind_(kind) {
    if (kind == Kind::kPassing) next_ = end_ = kFirstPassing;
  }
  int64_t Next();

 private:
  static constexpr int64_t kFirstPassing = int64_t{1} << 62;
  static constexpr int kBlock = 64;
  pg::Connection& connection_;
  const Kind kind_;
  int64_t next_ = 0, end_ = 0;
};

}  // namespace sluice::ocl
