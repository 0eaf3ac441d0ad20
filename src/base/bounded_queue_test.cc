#include "base/bounded_queue.h"

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(BoundedQueue, GivesItemsInTheirOrder) {
  BoundedQueue<int> queue(3);
  EXPECT_TRUE(queue.Push(1));
  EXPECT_TRUE(queue.Push(2));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), 2);
}

TEST(BoundedQueue, TakesItemsThatOnlyMove) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  queue.Push(std::make_unique<int>(7));
  EXPECT_EQ(**queue.Pop(), 7);
}

TEST(BoundedQueue, HoldsAWriterUntilThereIsRoom) {
  BoundedQueue<int> queue(1);
  queue.Push(1);
  std::atomic<bool> pushed{false};
  std::jthread writer([&] {
    queue.Push(2);
    pushed = true;
  });
  EXPECT_FALSE(pushed);
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), 2);
}

TEST(BoundedQueue, DrainsAfterClose) {
  BoundedQueue<int> queue(2);
  queue.Push(1);
  queue.Close();
  EXPECT_FALSE(queue.Push(2));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), std::nullopt);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(BoundedQueue, HandsEachItemToExactlyOneOfManyThreads) {
  constexpr int kItems = 20000;
  BoundedQueue<int> queue(7);
  std::vector<std::atomic<int>> seen(kItems);
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 4; ++i) {
      readers.emplace_back([&] {
        while (auto item = queue.Pop()) ++seen[static_cast<size_t>(*item)];
      });
    }
    {
      std::vector<std::jthread> writers;
      for (int first = 0; first < 4; ++first) {
        writers.emplace_back([&queue, first] {
          for (int item = first; item < kItems; item += 4) queue.Push(item);
        });
      }
    }
    queue.Close();
  }
  for (const auto& times : seen) ASSERT_EQ(times, 1);
}

TEST(BoundedQueue, CloseFailsTheWritersAndReadersThatWait) {
  BoundedQueue<int> full(1);
  BoundedQueue<int> empty(1);
  full.Push(1);
  std::jthread writer([&] { EXPECT_FALSE(full.Push(2)); });
  std::jthread reader([&] { EXPECT_EQ(empty.Pop(), std::nullopt); });
  full.Close();
  empty.Close();
}

}  // namespace
}  // namespace sluice
