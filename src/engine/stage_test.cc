#include "engine/stage.h"

#include <gtest/gtest.h>

#include <thread>

namespace sluice {
namespace {

constexpr std::chrono::milliseconds kWhile{2};
constexpr uint64_t kWhileNanoseconds = std::chrono::nanoseconds(kWhile).count();

// Gives one byte after a while, then ends.
class SlowByte final : public ByteSource {
 public:
  size_t Read(std::span<char>) override {
    std::this_thread::sleep_for(kWhile);
    return std::exchange(left_, 0);
  }

 private:
  size_t left_ = 1;
};

// One record of whatever its bytes are, without a while of its own.
class OneRecord final : public RecordReader {
 public:
  explicit OneRecord(ByteSource& bytes) : bytes_(bytes) {}
  bool Read(RecordBlock& block) override {
    char byte = 0;
    block.records.resize(1);
    return bytes_.Read({&byte, 1}) > 0;
  }

 private:
  ByteSource& bytes_;
};

TEST(StageClock, AStagesTimeIsItsOwn) {
  StageTimes times;
  StageClock clock(times);
  {
    StageClock::Turn write(clock, Stage::kWrite);
    std::this_thread::sleep_for(kWhile);
    {
      StageClock::Turn settle(clock, Stage::kSettle);
      std::this_thread::sleep_for(kWhile);
    }
    uint64_t written = times.of(Stage::kWrite);
    EXPECT_GE(written, kWhileNanoseconds);
    EXPECT_GE(times.of(Stage::kSettle), kWhileNanoseconds);
    std::this_thread::sleep_for(kWhile);
    EXPECT_EQ(times.of(Stage::kWrite), written) << "the outer turn goes on, and is not over";
  }
  EXPECT_GE(times.of(Stage::kWrite), 2 * kWhileNanoseconds);
  uint64_t settled = times.of(Stage::kSettle);
  std::this_thread::sleep_for(kWhile);
  EXPECT_EQ(times.of(Stage::kSettle), settled);
}

TEST(StageClock, APauseIsNobodysTime) {
  StageTimes times;
  StageClock clock(times);
  StageClock::Turn read(clock, Stage::kRead);
  uint64_t before = 0;
  {
    StageClock::Turn pause(clock, std::nullopt);
    before = times.of(Stage::kRead);
    std::this_thread::sleep_for(kWhile);
  }
  EXPECT_EQ(times.of(Stage::kRead), before);
}

TEST(Timed, ReadersAndSourcesCountTheirOwn) {
  StageTimes times;
  StageClock clock(times);
  auto bytes =
      Timed(Timed(std::make_unique<SlowByte>(), clock, Stage::kOpen), clock, Stage::kUnpack);
  auto records = Timed(std::make_unique<OneRecord>(*bytes), clock, Stage::kRead);
  RecordBlock block;
  EXPECT_TRUE(records->Read(block));
  EXPECT_FALSE(records->Read(block));
  EXPECT_GE(times.of(Stage::kOpen), 2 * kWhileNanoseconds);
  EXPECT_GT(times.of(Stage::kUnpack), 0u);
  EXPECT_GT(times.of(Stage::kRead), 0u);
  EXPECT_EQ(times.of(Stage::kMap), 0u);
}

TEST(Stage, HasANameEach) {
  for (Stage stage : kStages) EXPECT_STRNE(StageName(stage), "");
}

}  // namespace
}  // namespace sluice
