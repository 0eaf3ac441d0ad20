#include "engine/bell.h"

#include <gtest/gtest.h>

#include <thread>

namespace sluice {
namespace {

using std::chrono::milliseconds;

TEST(Bell, AWaitEndsWithItsTimeWhereNothingRings) {
  Bell bell;
  EXPECT_FALSE(bell.Wait(bell.rings(), milliseconds(1)));
}

TEST(Bell, WhatRangBeforeTheWaitIsNotMissed) {
  Bell bell;
  uint64_t heard = bell.rings();
  bell.Ring();
  EXPECT_TRUE(bell.Wait(heard, milliseconds(0)));
  EXPECT_FALSE(bell.Wait(bell.rings(), milliseconds(0)));
}

TEST(Bell, WakesAllWhoWait) {
  Bell bell;
  uint64_t heard = bell.rings();
  auto wait = [&] { EXPECT_TRUE(bell.Wait(heard, std::chrono::minutes(1))); };
  std::jthread one(wait), two(wait);
  bell.Ring();
}

}  // namespace
}  // namespace sluice
