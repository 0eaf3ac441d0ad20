#include "table/aside_cost.h"

#include <gmock/gmock.h>

#include "base/unit.h"

namespace sluice {
namespace {

using testing::HasSubstr;

TEST(PaysToSetAside, AnEmptyTableWithMuchToCome) {
  CostVerdict verdict = PaysToSetAside({.bytes = 0, .rows = 0, .indexes = 2}, kGiB);
  EXPECT_TRUE(verdict.pays);
  EXPECT_THAT(verdict.reason, HasSubstr("empty"));
}

TEST(PaysToSetAside, NotWhereLittleComes) {
  CostVerdict verdict = PaysToSetAside({.bytes = 0, .rows = 0, .indexes = 2}, 1000);
  EXPECT_FALSE(verdict.pays);
  EXPECT_THAT(verdict.reason, HasSubstr("1.0 kB"));
}

TEST(PaysToSetAside, NotWhereThereIsNoIndex) {
  EXPECT_FALSE(PaysToSetAside({.bytes = 0, .rows = 0, .indexes = 0}, kGiB).pays);
}

TEST(PaysToSetAside, ByTheShareThatTheTableGrows) {
  TableSize size{.bytes = 10 * kGiB, .rows = 1000000, .indexes = 3};
  EXPECT_FALSE(PaysToSetAside(size, kGiB).pays);
  EXPECT_TRUE(PaysToSetAside(size, 20 * kGiB).pays);
  EXPECT_THAT(PaysToSetAside(size, kGiB).reason, HasSubstr("grows by 10 %"));
}

}  // namespace
}  // namespace sluice
