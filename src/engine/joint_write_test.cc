#include "engine/joint_write.h"

#include <gmock/gmock.h>

#include <future>
#include <string>
#include <thread>

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using Items = std::vector<std::vector<int>>;  // of each write

// Threads that each add a number, whose outcome is its square. The first write waits until the
// others have come.
class JointWriteTest : public testing::Test {
 protected:
  std::vector<int> Squares(std::span<const int> items) {
    writes_.emplace_back(items.begin(), items.end());
    if (writes_.size() == 1) first_may_end_.get_future().wait();
    std::vector<int> squares;
    for (int item : items) squares.push_back(item * item);
    return squares;
  }
  std::optional<int> Add(int item) {
    return joint_.Add(item, [this](std::span<const int> items) { return Squares(items); });
  }
  // One writes 0; the others add 1 to `count`, one after the other, while it does.
  void AddBehindFirst(int count) {
    std::jthread first([this] { EXPECT_EQ(Add(0), 0); });
    while (joint_.waiting() != 0 || !joint_.writing()) std::this_thread::yield();
    std::vector<std::jthread> others;
    for (int item = 1; item <= count; ++item) {
      others.emplace_back([this, item] { EXPECT_EQ(Add(item), item * item); });
      while (joint_.waiting() != static_cast<size_t>(item)) std::this_thread::yield();
    }
    first_may_end_.set_value();
  }

  JointWrite<int, int> joint_{3};
  std::promise<void> first_may_end_;
  Items writes_;
};

TEST_F(JointWriteTest, WhoIsAloneWritesAtOnce) {
  first_may_end_.set_value();
  EXPECT_EQ(Add(3), 9);
  EXPECT_EQ(Add(4), 16);
  EXPECT_THAT(writes_, ElementsAre(ElementsAre(3), ElementsAre(4)));
}

TEST_F(JointWriteTest, WhatComesDuringAWriteIsWrittenTogetherAfterIt) {
  AddBehindFirst(3);
  EXPECT_THAT(writes_, ElementsAre(ElementsAre(0), ElementsAre(1, 2, 3)));
}

TEST_F(JointWriteTest, NoMoreThanItsBoundAreWrittenTogether) {
  AddBehindFirst(5);
  EXPECT_THAT(writes_, ElementsAre(SizeIs(1), SizeIs(3), SizeIs(2)));
}

TEST(JointWrite, AfterAFailedWriteEachIsLeftToItsOwnThread) {
  JointWrite<int, int> joint(8);
  auto fails = [](std::span<const int>) -> std::vector<int> { throw Fault("x", "y"); };
  EXPECT_EQ(joint.Add(1, fails), std::nullopt);
  auto breaks = [](std::span<const int>) -> std::vector<int> { throw std::bad_alloc(); };
  EXPECT_EQ(joint.Add(1, breaks), std::nullopt);
  auto works = [](std::span<const int>) { return std::vector<int>{7}; };
  EXPECT_EQ(joint.Add(1, works), 7) << "and the next is not held up";
}

TEST(JointWrite, WhoWroteAndDoesNotKnowWhetherItWentThroughIsTold) {
  JointWrite<int, int> joint(8);
  auto uncertain = [](std::span<const int>) -> std::vector<int> {
    throw Fault("x", "y").With(Retry::kUncertain);
  };
  EXPECT_THROW(joint.Add(1, uncertain), Error);
}

TEST(JointWrite, ManyThreadsLoseNothing) {
  JointWrite<int, int> joint(5);
  std::atomic<int> sum{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        sum += *joint.Add(i, [](std::span<const int> items) {
          return std::vector<int>(items.begin(), items.end());
        });
      }
    });
  }
  threads.clear();
  EXPECT_EQ(sum, 8 * 199 * 200 / 2);
}

}  // namespace
}  // namespace sluice
