#include "extract/row_counter.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(RowCounter, TextHasARowInEveryLine) {
  RowCounter counter(Dialect::Text());
  EXPECT_EQ(counter.Count("a\tb\n\"c\\\nd\n"), 3u);
  EXPECT_EQ(counter.Count(""), 0u);
}

TEST(RowCounter, CsvKeepsItsPlaceInsideQuotesFromPieceToPiece) {
  RowCounter counter(Dialect::Csv());
  EXPECT_EQ(counter.Count("1,\"a\n"), 0u);
  EXPECT_EQ(counter.Count("\"\"b\n\"\n2,\n"), 2u);
  EXPECT_EQ(counter.Count("\"\n\n\"\n"), 1u);
}

}  // namespace
}  // namespace sluice
