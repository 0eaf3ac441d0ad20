#include "engine/watch.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/limits.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

TEST(WatchTest, PausesAboutThePollEachTimeAnother) {
  Watch watch(7);
  std::set<milliseconds> pauses;
  for (int i = 0; i < 100; ++i) {
    milliseconds pause = watch.PauseAfter(milliseconds(10));
    EXPECT_GE(pause, limits::kWatchPoll * 3 / 4);
    EXPECT_LE(pause, limits::kWatchPoll * 5 / 4);
    pauses.insert(pause);
  }
  EXPECT_GT(pauses.size(), 50u);
}

TEST(WatchTest, PausesLongerWhereListingIsSlow) {
  EXPECT_EQ(Watch(7).PauseAfter(milliseconds(60000)), milliseconds(120000));
}

}  // namespace
}  // namespace sluice
