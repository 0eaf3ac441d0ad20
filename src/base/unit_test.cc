#include "base/unit.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Unit, BytesAreDecimalWithOneDigitAfterThePoint) {
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(512), "512 B");
  EXPECT_EQ(FormatBytes(1500), "1.5 kB");
  EXPECT_EQ(FormatBytes(1'500'000), "1.5 MB");
  EXPECT_EQ(FormatBytes(3'200'000'000), "3.2 GB");
  EXPECT_EQ(FormatBytes(7'000'000'000'000), "7.0 TB");
}

TEST(Unit, BytesNeverRoundUpToAThousandOfAUnit) {
  EXPECT_EQ(FormatBytes(999), "999 B");
  EXPECT_EQ(FormatBytes(1000), "1.0 kB");
  EXPECT_EQ(FormatBytes(999'949), "999.9 kB");
  EXPECT_EQ(FormatBytes(999'950), "1.0 MB");
}

TEST(Unit, CountsHaveTheirThousandsApart) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(1'234'567), "1,234,567");
}

TEST(Unit, SecondsReadAsPeopleSayThem) {
  EXPECT_EQ(FormatSeconds(0.85), "850 ms");
  EXPECT_EQ(FormatSeconds(12.34), "12.3 s");
  EXPECT_EQ(FormatSeconds(250), "4 min 10 s");
  EXPECT_EQ(FormatSeconds(7500), "2 h 5 min");
}

TEST(Unit, SecondsNeverRoundUpToSixtyOfAUnit) {
  EXPECT_EQ(FormatSeconds(0.9996), "1.0 s");
  EXPECT_EQ(FormatSeconds(59.97), "1 min 0 s");
  EXPECT_EQ(FormatSeconds(3599.7), "1 h 0 min");
}

TEST(Unit, LargestValuesDoNotFail) {
  EXPECT_EQ(FormatBytes(std::numeric_limits<uint64_t>::max()), "18446744.1 TB");
  EXPECT_EQ(FormatCount(std::numeric_limits<uint64_t>::max()), "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace sluice
