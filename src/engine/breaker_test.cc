#include "engine/breaker.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = Breaker::Clock;

TEST(BreakerTest, WhileClosedEveryCallMayBeMade) {
  Breaker breaker(milliseconds(100), milliseconds(1000));
  auto first = breaker.TryPass(Clock::now());
  auto second = breaker.TryPass(Clock::now());
  ASSERT_TRUE(first && second);
  first->Up();
  EXPECT_FALSE(breaker.open());
}

TEST(BreakerTest, OneCallAtATimeTriesWhetherTheSystemIsBack) {
  Breaker breaker(milliseconds(60000), milliseconds(60000));
  breaker.TryPass(Clock::now())->Down(std::nullopt);
  EXPECT_TRUE(breaker.open());
  EXPECT_FALSE(breaker.TryPass(Clock::now())) << "not before the pause is over";
  Clock::time_point later = Clock::now() + milliseconds(61000);
  auto trial = breaker.TryPass(later);
  ASSERT_TRUE(trial);
  EXPECT_FALSE(breaker.TryPass(later)) << "one is under way";
  trial->Up();
  EXPECT_FALSE(breaker.open());
  EXPECT_TRUE(breaker.TryPass(Clock::now()));
}

TEST(BreakerTest, PausesGrowUpToTheCap) {
  Breaker breaker(milliseconds(100), milliseconds(400));
  Clock::time_point before = Clock::now();
  breaker.TryPass(before)->Down(std::nullopt);
  for (milliseconds pause : {100ms, 200ms, 400ms, 400ms}) {
    EXPECT_FALSE(breaker.TryPass(before + pause - milliseconds(1))) << pause.count();
    auto trial = breaker.TryPass(Clock::now() + pause);
    ASSERT_TRUE(trial) << pause.count();
    before = Clock::now();
    trial->Down(std::nullopt);
  }
}

TEST(BreakerTest, CallsThatWereUnderWayDoNotMakeThePauseLonger) {
  Breaker breaker(milliseconds(100), milliseconds(100000));
  auto a = breaker.TryPass(Clock::now());
  auto b = breaker.TryPass(Clock::now());
  auto c = breaker.TryPass(Clock::now());
  for (auto* leave : {&a, &b, &c}) (*leave)->Down(std::nullopt);
  EXPECT_TRUE(breaker.TryPass(Clock::now() + milliseconds(100)));
}

TEST(BreakerTest, APauseThatTheSystemAsksForIsKept) {
  Breaker breaker(milliseconds(10), milliseconds(100));
  breaker.TryPass(Clock::now())->Down(milliseconds(5000));
  EXPECT_FALSE(breaker.TryPass(Clock::now() + milliseconds(4000)));
  EXPECT_TRUE(breaker.TryPass(Clock::now() + milliseconds(5001)));
}

TEST(BreakerTest, EveryErrorPath) {
  Breaker breaker(milliseconds(10), milliseconds(100));
  breaker.TryPass(Clock::now())->Down(std::nullopt);
  Clock::time_point later = Clock::now() + milliseconds(50);
  { auto unused = breaker.TryPass(later); }
  EXPECT_TRUE(breaker.TryPass(later)) << "a leave that was not used is given back";
  EXPECT_FALSE(breaker.Pass([] { return true; })) << "a wait can be ended";
}

}  // namespace
}  // namespace sluice
