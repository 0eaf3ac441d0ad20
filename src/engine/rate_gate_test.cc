#include "engine/rate_gate.h"

#include <gtest/gtest.h>

#include <atomic>

namespace sluice {
namespace {

using std::chrono::milliseconds;

// The ledger's throttle without its clock: hands out what it was given, counts what was asked for.
class FakeThrottle {
 public:
  std::optional<Reservation> Reserve(double slots) {
    std::unique_lock lock(mutex_);
    if (slots == 0) {
      ++looks_;
    } else {
      changed_.wait_for(lock, std::chrono::minutes(1),
                        [&] { return left_ > 0 || !rate_ || fail_; });
    }
    if (fail_) throw Fault("no-database", "gone");
    if (!rate_) return std::nullopt;
    double granted = std::min(slots, left_);
    left_ -= granted;
    granted_ += granted;
    return Reservation{granted, wait_, *rate_};
  }
  void Give(double slots) {
    Change([&] { left_ += slots; });
  }
  void Lift() {
    Change([&] { rate_.reset(); });
  }
  void Fail() {
    Change([&] { fail_ = true; });
  }
  double granted() {
    std::lock_guard lock(mutex_);
    return granted_;
  }

  std::optional<Rate> rate_ = Rate{10, RateUnit::kRows};
  milliseconds wait_{0};

 private:
  void Change(const std::function<void()>& change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  double left_ = 0, granted_ = 0;
  int looks_ = 0;
  bool fail_ = false;
};

class RateGateTest : public testing::Test {
 protected:
  ~RateGateTest() override { throttle_.Lift(); }

  RateGate& Gate() {
    if (!gate_) {
      gate_.emplace(
          *throttle_.rate_, [this](double slots) { return throttle_.Reserve(slots); },
          [this](const Error& error) { failed_ = error.code(); }, over_);
    }
    return *gate_;
  }
  static bool Never() { return false; }
  static bool AtOnce() { return true; }

  FakeThrottle throttle_;
  std::string failed_;
  Stop over_;
  std::optional<RateGate> gate_;
};

TEST_F(RateGateTest, WhatIsTakenIsReservedToTheSlot) {
  throttle_.Give(30);
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(Gate().Take(RateUnit::kRows, 1, milliseconds(0), Never));
  EXPECT_EQ(throttle_.granted(), 30);
  EXPECT_FALSE(Gate().Take(RateUnit::kRows, 1, milliseconds(0), AtOnce)) << "no slot is left";
}

TEST_F(RateGateTest, ALoadMayOweALittle) {
  EXPECT_TRUE(Gate().Take(RateUnit::kRows, 1, milliseconds(100), Never)) << "100 ms worth";
  EXPECT_FALSE(Gate().Take(RateUnit::kRows, 1, milliseconds(100), AtOnce));
}

TEST_F(RateGateTest, OtherUnitsAreFreeInsideALoadButBetweenObjectsAllIsPaid) {
  EXPECT_TRUE(Gate().Take(RateUnit::kBytes, 1e9, milliseconds(0), Never));
  EXPECT_TRUE(Gate().TakeReserved(RateUnit::kObjects, 1, Never)) << "nothing is owed";
  EXPECT_TRUE(Gate().Take(RateUnit::kRows, 1, milliseconds(100), Never));
  EXPECT_FALSE(Gate().TakeReserved(RateUnit::kObjects, 1, AtOnce)) << "a row is owed";
  throttle_.Give(1);
  EXPECT_TRUE(Gate().TakeReserved(RateUnit::kObjects, 1, Never));
}

TEST_F(RateGateTest, EachWaitingThreadGetsItsOwnSlotAsItComes) {
  throttle_.rate_ = Rate{10, RateUnit::kObjects};
  RateGate& gate = Gate();
  std::atomic<int> begun{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      if (gate.TakeReserved(RateUnit::kObjects, 1, Never)) ++begun;
    });
  }
  throttle_.Give(1);
  while (begun == 0) std::this_thread::yield();
  throttle_.Give(2);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(begun, 3);
  EXPECT_EQ(throttle_.granted(), 3);
}

TEST_F(RateGateTest, ATurnGivenBackIsTheNextOnes) {
  throttle_.rate_ = Rate{10, RateUnit::kObjects};
  throttle_.Give(1);
  EXPECT_TRUE(Gate().TakeReserved(RateUnit::kObjects, 1, Never));
  Gate().GiveBack(RateUnit::kObjects, 1);
  EXPECT_TRUE(Gate().TakeReserved(RateUnit::kObjects, 1, Never));
  EXPECT_EQ(throttle_.granted(), 1);
}

TEST_F(RateGateTest, ALiftedRateLetsAllGo) {
  std::atomic<bool> waiting{false};
  std::thread lifts([&] {
    while (!waiting) std::this_thread::yield();
    throttle_.Lift();
  });
  EXPECT_TRUE(Gate().Take(RateUnit::kRows, 1e9, milliseconds(0), [&] {
    waiting = true;
    return false;
  }));
  lifts.join();
  EXPECT_TRUE(Gate().TakeReserved(RateUnit::kRows, 1e9, Never));
}

TEST_F(RateGateTest, ASlotFarAwayIsNotWaitedForOnceTheRateIsLifted) {
  throttle_.wait_ = std::chrono::hours(1);
  throttle_.Give(1);
  std::thread lifts([&] {
    while (throttle_.granted() < 1) std::this_thread::yield();
    throttle_.Lift();
  });
  EXPECT_TRUE(Gate().TakeReserved(RateUnit::kRows, 1, Never));
  lifts.join();
}

TEST_F(RateGateTest, ASliceIsATwentiethOfASecondAndAtLeastOne) {
  throttle_.rate_ = Rate{1000, RateUnit::kRows};
  EXPECT_DOUBLE_EQ(Gate().Slice(RateUnit::kRows), 50);
  EXPECT_GT(Gate().Slice(RateUnit::kBytes), 1e15);
  gate_.reset();
}

TEST_F(RateGateTest, EveryErrorPath) {
  EXPECT_THROW(Gate().Take(RateUnit::kRows, 1, milliseconds(0),
                           []() -> bool { throw Fault("interrupted", "stop"); }),
               Error);
  throttle_.Fail();
  EXPECT_THROW(Gate().Take(RateUnit::kRows, 1, milliseconds(0), Never), Error);
  EXPECT_EQ(failed_, "no-database");
}

}  // namespace
}  // namespace sluice
