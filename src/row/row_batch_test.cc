#include "row/row_batch.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(RowBatchTest, ClearKeepsTheMemoryOfUsualBlocksOnly) {
  RowBatch batch;
  batch.bytes.resize(RowBatch::kKeptBytesMax / 2);
  batch.positions.push_back({1, 0});
  size_t usual = batch.bytes.capacity();
  batch.clear();
  EXPECT_EQ(batch.rows(), 0u);
  EXPECT_TRUE(batch.bytes.empty());
  EXPECT_EQ(batch.bytes.capacity(), usual);
  batch.bytes.resize(RowBatch::kKeptBytesMax * 4);
  batch.clear();
  EXPECT_LT(batch.bytes.capacity(), size_t{1024});
}

}  // namespace
}  // namespace sluice
