#include "ledger/throttle.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(ThrottleTest, ARateIsANumberWithItsUnit) {
  struct Case {
    std::string text;
    double per_second;
    RateUnit unit;
    std::string shown;
  };
  for (const Case& c : {Case{"500", 500, RateUnit::kRows, "500rows/s"},
                        Case{"500/s", 500, RateUnit::kRows, "500rows/s"},
                        Case{"1000rows/s", 1000, RateUnit::kRows, "1000rows/s"},
                        Case{"20MB/s", 2e7, RateUnit::kBytes, "20000000bytes/s"},
                        Case{"64kB", 64000, RateUnit::kBytes, "64000bytes/s"},
                        Case{"0.5objects/s", 0.5, RateUnit::kObjects, "0.5objects/s"}}) {
    std::optional<Rate> rate = ParseRate(c.text);
    ASSERT_TRUE(rate) << c.text;
    EXPECT_EQ(rate->per_second, c.per_second) << c.text;
    EXPECT_EQ(rate->unit, c.unit) << c.text;
    EXPECT_EQ(ToString(*rate), c.shown);
    EXPECT_EQ(ParseRate(ToString(*rate))->per_second, c.per_second);
  }
  EXPECT_EQ(ToString(Rate{}), "");
}

TEST(ThrottleTest, EveryErrorPath) {
  for (const char* text : {"", "rows", "0", "-1rows/s", "0rows/s", "1row/s", "1rows/m", "1 rows/s",
                           "nan", "inf", "1e99", "1e-9", "1rows/s/s", "/s"}) {
    EXPECT_FALSE(ParseRate(text)) << text;
  }
}

}  // namespace
}  // namespace sluice
