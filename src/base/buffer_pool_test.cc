#include "base/buffer_pool.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class Pool : public ::testing::Test {
 protected:
  Buffer Take(size_t bytes) { return pool_.Take(bytes, stop_, Deadline::After(hours(1))); }

  std::string CodeOfTake(size_t bytes, Deadline deadline) {
    try {
      pool_.Take(bytes, stop_, deadline);
    } catch (const Error& error) {
      EXPECT_EQ(error.retry(), Retry::kLater);
      return error.code();
    }
    return "";
  }

  BufferPool pool_{1000};
  Stop stop_;
};

TEST_F(Pool, LendsBuffersWithReadablePadding) {
  Buffer buffer = Take(100);
  EXPECT_TRUE(buffer);
  EXPECT_EQ(buffer.size(), 100u);
  EXPECT_EQ(buffer.span().size(), 100u);
  std::memset(buffer.data(), 'x', buffer.size() + Buffer::kPadding);
}

TEST_F(Pool, CountsWhatIsOut) {
  EXPECT_EQ(pool_.capacity(), 1000u);
  {
    Buffer one = Take(300);
    Buffer two = Take(400);
    EXPECT_EQ(pool_.in_use(), 700u);
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(Pool, TakesABufferBackFromWhereItWasMoved) {
  Buffer one = Take(300);
  Buffer two = std::move(one);
  EXPECT_EQ(pool_.in_use(), 300u);
  two = Take(100);
  EXPECT_EQ(pool_.in_use(), 100u);
  two = Buffer();
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(Pool, TryTakeIsEmptyHandedWhenThereIsNoRoom) {
  Buffer most = Take(901);
  EXPECT_FALSE(pool_.TryTake(100));
  EXPECT_TRUE(pool_.TryTake(99));
}

TEST_F(Pool, ReusesReturnedBuffersOfTheSameSize) {
  const char* data = Take(500).data();
  EXPECT_EQ(Take(500).data(), data);
}

TEST_F(Pool, GivesSparesUpForOtherSizes) {
  for (size_t bytes = 1; bytes <= 1000; ++bytes) Take(bytes);
  Buffer all = Take(1000);
  EXPECT_EQ(pool_.in_use(), 1000u);
}

TEST_F(Pool, WakesAWaiterWhenABufferComesBack) {
  std::optional<Buffer> all = Take(1000);
  std::jthread waiter([&] { EXPECT_TRUE(Take(500)); });
  all.reset();
}

TEST_F(Pool, NeverLendsMoreThanItHasToAnyNumberOfThreads) {
  std::atomic<size_t> out{0};
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (size_t i = 0; i < 2000; ++i) {
          size_t bytes = 1 + (t * 131 + i * 17) % 600;
          Buffer buffer = Take(bytes);
          EXPECT_LE(out += bytes, 1000u);
          std::memset(buffer.data(), static_cast<int>(t), bytes);
          EXPECT_EQ(buffer.data()[bytes - 1], static_cast<char>(t));
          out -= bytes;
        }
      });
    }
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(Pool, EveryErrorPath) {
  EXPECT_EQ(CodeOfTake(1001, Deadline::Unbounded()), "memory-wait") << "more than the capacity";
  Buffer all = Take(1000);
  EXPECT_EQ(CodeOfTake(1, Deadline::After(milliseconds(1))), "memory-wait");
  stop_.Request();
  EXPECT_EQ(CodeOfTake(1, Deadline::Unbounded()), "interrupted");
}

using PoolDeathTest = Pool;

TEST_F(PoolDeathTest, EndsOnlyWhenEveryBufferIsBack) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto end_early = [] {
    Stop stop;
    std::optional<BufferPool> pool(std::in_place, 10);
    Buffer buffer = pool->Take(1, stop, Deadline::Unbounded());
    pool.reset();
  };
  EXPECT_DEATH(end_early(), "in_use_ == 0 does not hold");
}

}  // namespace
}  // namespace sluice
