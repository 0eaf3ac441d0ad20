#include "engine/pressure_gauge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/limits.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

// A server as a formula: others' transactions take `alone_ms`, and `slowdown` times as long while
// loads go on.
class Server {
 public:
  double alone_ms = 4, slowdown = 2;
  int64_t others = 8, hidden = 0;
  bool report = false;  // one of the others runs a report of seconds

  void Cycle(PressureGauge& gauge, double share, int samples = 100) const {
    for (int i = 0; i < samples; ++i) {
      bool loading = i < share * samples;
      double age = alone_ms * (loading ? slowdown : 1) / 2;
      double logs = static_cast<double>(others) * std::log(age) + (report ? std::log(9000) : 0);
      gauge.Add({.loading = loading ? 2 : 0,
                 .others = others + (report ? 1 : 0),
                 .others_log_ms = logs,
                 .hidden = hidden},
                loading ? PacePhase::kLoading : PacePhase::kPaused);
      if (i % 10 == 0) gauge.AddCommit(std::chrono::microseconds(loading ? 6000 : 2000));
    }
  }
};

PressureReading ReadingOf(const Server& server, double share) {
  PressureGauge gauge;
  server.Cycle(gauge, share);
  return gauge.EndCycle(milliseconds(0));
}

TEST(PressureGaugeTest, ThePressureIsTheSpeedThatOthersLoseOverTheWholeTime) {
  PressureReading reading = ReadingOf(Server(), 0.4);
  ASSERT_TRUE(reading.percent);
  EXPECT_NEAR(*reading.percent, 20, 1e-6) << "half the speed, in 40 % of the time";
  EXPECT_EQ(reading.cause, "others' transactions take 2.00 times as long while loads go on");
}

TEST(PressureGaugeTest, OneLongReportDoesNotHideWhatShortTransactionsLose) {
  Server server;
  server.report = true;
  EXPECT_GT(*ReadingOf(server, 0.5).percent, 20);
}

TEST(PressureGaugeTest, WhereNobodyIsAtWorkThereIsNoPressure) {
  Server server;
  server.others = 0;
  PressureReading reading = ReadingOf(server, 0.5);
  EXPECT_FALSE(reading.others);
  EXPECT_FALSE(reading.percent);
}

TEST(PressureGaugeTest, WhereOthersAreHiddenOnesOwnCommitsSpeakForThem) {
  Server server;
  server.others = 0;
  server.hidden = 3;
  PressureReading reading = ReadingOf(server, 0.5);
  ASSERT_TRUE(reading.percent);
  EXPECT_NEAR(*reading.percent, 100 * (1 - 2.0 / 6) * 0.5, 1e-6);
  EXPECT_EQ(reading.cause, "commits take 3.00 times as long while loads go on");
}

TEST(PressureGaugeTest, WhatIsBetweenIsTheLoadsTimeAndIsNotCompared) {
  PressureGauge gauge;
  Server().Cycle(gauge, 0.25);
  ActivitySample late{.others = 1000, .others_log_ms = 9000};
  for (int i = 0; i < 50; ++i) gauge.Add(late, PacePhase::kBetween);
  late.loading = 1;
  for (int i = 0; i < 50; ++i) gauge.Add(late, PacePhase::kPaused);
  EXPECT_NEAR(*gauge.EndCycle(milliseconds(0)).percent, 50 * (25.0 + 100) / 200, 1e-6);
}

TEST(PressureGaugeTest, WhatWasSeenFades) {
  PressureGauge gauge;
  Server server;
  server.Cycle(gauge, 0.5);
  gauge.EndCycle(milliseconds(0));
  server.slowdown = 1;
  PressureReading reading;
  for (int i = 0; i < 20; ++i) {
    server.Cycle(gauge, 0.5);
    reading = gauge.EndCycle(milliseconds(0));
  }
  EXPECT_LT(*reading.percent, 1);
}

TEST(PressureGaugeTest, TheFirstShareIsWhatOthersMayLoseAtMost) {
  EXPECT_EQ(FirstShare(10), 0.1);
  EXPECT_EQ(FirstShare(0.5), limits::kPressureShareMin);
  EXPECT_EQ(FirstShare(100), limits::kPressureShareBeside);
}

TEST(PressureGaugeTest, TheShareSettlesWhereThePressureIsAllowed) {
  for (double slowdown : {1.2, 2.0, 5.0}) {
    PressureGauge gauge;
    Server server;
    server.slowdown = slowdown;
    double share = FirstShare(10);
    PressureReading reading;
    for (int i = 0; i < 60; ++i) {
      server.Cycle(gauge, share, 1000);
      reading = gauge.EndCycle(milliseconds(0));
      share = NextShare(share, 10, reading);
    }
    EXPECT_NEAR(share, 0.1 / (1 - 1 / slowdown), 0.01) << slowdown;
    EXPECT_NEAR(*reading.percent, 10, 1) << slowdown;
  }
}

TEST(PressureGaugeTest, APauseMakesUpForLoadsThatEndWhatTheyHaveBegun) {
  PaceTimes times = TimesOf(0.1, milliseconds(1850));
  EXPECT_EQ(times.open, milliseconds(150));
  EXPECT_EQ(times.shut, milliseconds(18000));
  EXPECT_EQ(TimesOf(0.02, std::chrono::seconds(10)).shut, limits::kPressureShutMax);
  PressureReading over{.others = true, .percent = 40.0, .busy = 0.8};
  EXPECT_DOUBLE_EQ(NextShare(0.1, 20, over), 0.4) << "by what they took, not by what they may";
}

TEST(PressureGaugeTest, APauseForNobodyEnds) {
  PressureGauge gauge;
  for (int i = 0; i < 49; ++i) gauge.Add({.others = 0}, PacePhase::kPaused);
  EXPECT_FALSE(gauge.sees_nobody());
  gauge.Add({.others = 0}, PacePhase::kPaused);
  EXPECT_TRUE(gauge.sees_nobody());
  gauge.Add({.others = 1}, PacePhase::kPaused);
  EXPECT_FALSE(gauge.sees_nobody());
  for (int i = 0; i < 50; ++i) gauge.Add({.hidden = 1}, PacePhase::kPaused);
  EXPECT_FALSE(gauge.sees_nobody()) << "who is hidden may be at work";
}

TEST(PressureGaugeTest, TheShareRecoversWhenTheOthersAreGone) {
  double share = limits::kPressureShareMin;
  for (int i = 0; i < 20; ++i) share = NextShare(share, 10, {.others = false});
  EXPECT_EQ(share, 1);
  EXPECT_EQ(TimesOf(share).shut.count(), 0);
}

TEST(PressureGaugeTest, AStandbyFarBehindHalvesTheShareWhateverElseIsSeen) {
  PressureReading behind{.others = false, .replay_lag = std::chrono::seconds(11)};
  EXPECT_EQ(NextShare(0.8, 100, behind), 0.4);
}

TEST(PressureGaugeTest, EveryErrorPath) {
  PressureGauge empty;
  EXPECT_FALSE(empty.EndCycle(milliseconds(0)).others) << "no sample at all";
  PressureReading unknown = ReadingOf(Server(), 1);  // never paused: nothing to compare with
  EXPECT_TRUE(unknown.others);
  EXPECT_FALSE(unknown.percent);
  EXPECT_EQ(NextShare(1, 10, unknown), limits::kPressureShareBeside) << "so that it will pause";
  double share = 1;
  for (int i = 0; i < 50; ++i) share = NextShare(share, 1, {.others = true, .percent = 90.0});
  EXPECT_EQ(share, limits::kPressureShareMin) << "it never stands still";
  PaceTimes least = TimesOf(share);
  EXPECT_GE(least.open, limits::kPressureOpenMin);
  std::chrono::duration<double> open = least.open;
  EXPECT_NEAR(open / (least.open + least.shut), share, 0.001);
}

}  // namespace
}  // namespace sluice
