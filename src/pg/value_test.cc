#include <gtest/gtest.h>

#include "pg/connection.h"

namespace sluice::pg {
namespace {

TEST(ValueTest, TextArraysQuoteEveryElement) {
  EXPECT_EQ(TextArray({}), "{}");
  EXPECT_EQ(TextArray({"a", "b\""}), R"({"a","b\""})");
  EXPECT_EQ(TextArray({std::nullopt, "NULL", ""}), R"({NULL,"NULL",""})");
  EXPECT_EQ(TextArray({"a,b", "{c}", "\\"}), R"({"a,b","{c}","\\"})");
}

TEST(ValueTest, IntegerArraysAreWrittenInDecimal) {
  EXPECT_EQ(Int8Array({}), "{}");
  EXPECT_EQ(Int8Array({-1, 0, INT64_MAX}), "{-1,0,9223372036854775807}");
  EXPECT_EQ(Int8Array({INT64_MIN}), "{-9223372036854775808}");
}

TEST(ValueTest, AnEmptyTextMayStandForNull) {
  EXPECT_EQ(OrNull(""), std::nullopt);
  EXPECT_EQ(OrNull("NULL"), "NULL");
}

TEST(ValueTest, BytesAreWrittenInHex) {
  EXPECT_EQ(Bytea(""), "\\x");
  EXPECT_EQ(Bytea({"\0a\xff", 3}), "\\x0061ff");
}

}  // namespace
}  // namespace sluice::pg
