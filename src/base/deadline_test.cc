#include "base/deadline.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Deadline, OfNoTimeHasPassed) {
  Deadline deadline = Deadline::After(milliseconds(0));
  EXPECT_TRUE(deadline.passed());
  EXPECT_EQ(deadline.left(), milliseconds(0));
}

TEST(Deadline, InThePastHasNothingLeft) {
  EXPECT_EQ(Deadline::After(milliseconds(-5000)).left(), milliseconds(0));
}

TEST(Deadline, AheadHasWhatIsLeftRoundedUp) {
  Deadline deadline = Deadline::After(milliseconds(30000));
  EXPECT_FALSE(deadline.passed());
  EXPECT_LE(deadline.left(), milliseconds(30000));
  EXPECT_GT(deadline.left(), milliseconds(20000));
}

TEST(Deadline, UnboundedNeverPassesAndFitsPoll) {
  Deadline deadline = Deadline::Unbounded();
  EXPECT_FALSE(deadline.passed());
  EXPECT_FALSE(deadline.bounded());
  EXPECT_EQ(deadline.left(), hours(1));
}

TEST(Deadline, FarAheadIsCutToAnHour) { EXPECT_EQ(Deadline::After(hours(48)).left(), hours(1)); }

TEST(Deadline, NestedWaitsTakeTheEarlier) {
  Deadline soon = Deadline::After(milliseconds(0));
  Deadline late = Deadline::After(hours(1));
  EXPECT_TRUE(late.Earlier(soon).passed());
  EXPECT_TRUE(soon.Earlier(late).passed());
  EXPECT_TRUE(Deadline::Unbounded().Earlier(late).bounded());
}

}  // namespace
}  // namespace sluice
