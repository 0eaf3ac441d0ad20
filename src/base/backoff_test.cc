#include "base/backoff.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace sluice {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, WaitsBetweenNothingAndALimitThatDoublesUpToTheCap) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    Backoff backoff(milliseconds(100), milliseconds(1000), seed);
    for (int64_t limit : {100, 200, 400, 800, 1000, 1000}) {
      milliseconds wait = backoff.Next();
      EXPECT_GE(wait, milliseconds(0));
      EXPECT_LE(wait, milliseconds(limit));
    }
    EXPECT_EQ(backoff.tries(), 6);
  }
}

TEST(Backoff, SpreadsWaitsOverTheWholeRange) {
  milliseconds least = milliseconds::max();
  milliseconds most = milliseconds(0);
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    milliseconds wait = Backoff(milliseconds(1000), milliseconds(1000), seed).Next();
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_LT(least, milliseconds(100));
  EXPECT_GT(most, milliseconds(900));
}

TEST(Backoff, ResetBeginsAnew) {
  Backoff backoff(milliseconds(1), milliseconds(1 << 20), 7);
  for (int i = 0; i < 15; ++i) backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.tries(), 0);
  EXPECT_LE(backoff.Next(), milliseconds(1));
}

TEST(Backoff, OfOneSeedRepeatsItself) {
  Backoff one(milliseconds(1000), milliseconds(60000), 42);
  Backoff two(milliseconds(1000), milliseconds(60000), 42);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(one.Next(), two.Next());
}

TEST(Backoff, NeverOverflowsHoweverOftenItIsAsked) {
  Backoff backoff(milliseconds(60000), milliseconds(3600000), 1);
  for (int i = 0; i < 1000; ++i) {
    milliseconds wait = backoff.Next();
    ASSERT_GE(wait, milliseconds(0));
    ASSERT_LE(wait, milliseconds(3600000));
  }
}

}  // namespace
}  // namespace sluice
