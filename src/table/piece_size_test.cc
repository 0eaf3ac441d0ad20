#include "table/piece_size.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

class PieceSizeTest : public testing::Test {
 protected:
  // `times` refusals, each after so many rows that were kept.
  void Refuse(int times, size_t after_rows) {
    for (int i = 0; i < times; ++i) {
      size_.Kept(after_rows);
      size_.Refused();
    }
  }
  PieceSize size_;
};

TEST_F(PieceSizeTest, WithoutRefusalsNothingIsCut) {
  size_.Kept(10);
  EXPECT_GT(size_.rows(), 1'000'000'000u);
}

TEST_F(PieceSizeTest, OneRefusalAmongManyRowsLeavesWholeBlocks) {
  Refuse(1, 500'000);
  EXPECT_GT(size_.rows(), 4000u);
}

TEST_F(PieceSizeTest, PiecesShrinkWhereRefusalsAreCloseAndGrowAgainWhereTheyEnd) {
  Refuse(20, 199);
  EXPECT_EQ(size_.rows(), 98u);  // sqrt(2 * 24 * 200)
  Refuse(20, 1);
  size_t dense = size_.rows();
  EXPECT_LT(dense, 16u);
  size_.Kept(10'000);
  EXPECT_GT(size_.rows(), 30 * dense);
}

TEST_F(PieceSizeTest, NothingButRefusalsStillMakesPieces) {
  Refuse(1000, 0);
  EXPECT_GE(size_.rows(), 1u);
}

TEST_F(PieceSizeTest, OneShortDistanceDoesNotMakeAllPiecesShort) {
  Refuse(20, 999);
  Refuse(1, 0);
  EXPECT_GT(size_.rows(), 150u);
}

}  // namespace
}  // namespace sluice
