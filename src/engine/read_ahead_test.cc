#include "engine/read_ahead.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "engine/limits.h"

namespace sluice {
namespace {

class ReadAheadTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() /
                 ("sluice-ahead-" + std::to_string(getpid()) + "-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
    LoadOptions options;
    options.sources = {directory_.string()};
    stores_.emplace(options, std::vector<std::string>{}, stop_);
    ahead_.emplace(*stores_, pools_, stop_);
  }
  void TearDown() override {
    ahead_.reset();
    EXPECT_EQ(pools_.small_objects.in_use(), 0u);
    std::filesystem::remove_all(directory_);
  }

  void Write(const std::string& name, const std::string& content) {
    std::ofstream(directory_ / name, std::ios::binary) << content;
  }
  // Claims a file of that name as if it had been listed with this size.
  void Claim(const std::string& name, size_t listed_bytes = 1, int crashes = 0) {
    ClaimedJob claimed;
    claimed.job.crashes = crashes;
    claimed.job.id = {++claimed_};
    for (const ObjectStat& object :
         stores_->For(stores_->sources()[0]).List("", directory_.string(), "").objects) {
      if (object.ref.key.ends_with("/" + name)) claimed.job.object = object;
    }
    claimed.job.object.size_bytes = listed_bytes;
    ahead_->Add(std::move(claimed), true);
  }
  void Make(const std::string& name, const std::string& content) {
    Write(name, content);
    Claim(name);
  }
  Job Next() {
    std::optional<ClaimedJob> next = ahead_->Next();
    EXPECT_TRUE(next);
    return next ? next->job : Job();
  }
  std::string Read(const Job& job) {
    OpenObject object = ahead_->Open(job);
    std::string all, piece(1000, '\0');
    while (size_t got = object.bytes->Read(piece)) all.append(piece, 0, got);
    EXPECT_FALSE(object.stat.ref.etag.empty());
    return all;
  }

  Stop stop_;
  Pools pools_{1};
  std::filesystem::path directory_;
  std::optional<StoreSet> stores_;
  std::optional<ReadAhead> ahead_;
  int64_t claimed_ = 0;
};

TEST_F(ReadAheadTest, ObjectsComeOutInTheOrderInWhichTheyWentIn) {
  for (char name = 'a'; name <= 'l'; ++name) Make(std::string(1, name), std::string(5000, name));
  for (char name = 'a'; name <= 'l'; ++name) EXPECT_EQ(Read(Next()), std::string(5000, name));
  EXPECT_FALSE(ahead_->Next());
  EXPECT_TRUE(ahead_->empty());
}

TEST_F(ReadAheadTest, AnObjectWhoseWorkerVanishedIsBegunAtOnce) {
  Make("a", "first");
  Make("b", "second");
  Write("c", "suspect");
  Claim("c", 1, 2);
  EXPECT_EQ(Read(Next()), "suspect");
  EXPECT_EQ(Read(Next()), "first");
  EXPECT_EQ(Read(Next()), "second");
}

TEST_F(ReadAheadTest, ThereIsRoomForAnotherClaimUntilSoManyWait) {
  EXPECT_TRUE(ahead_->has_room());
  while (ahead_->has_room()) Make("f" + std::to_string(claimed_), "x");
  EXPECT_EQ(static_cast<size_t>(claimed_), limits::kAheadObjectsMax - limits::kClaimTogether + 1);
  Next();
  EXPECT_TRUE(ahead_->has_room());
}

TEST_F(ReadAheadTest, NothingIsClaimedBehindALargeObject) {
  Write("large", "x");
  Claim("large", limits::kAheadObjectBytes + 1);
  EXPECT_FALSE(ahead_->has_room());
  EXPECT_EQ(Read(Next()), "x");
  EXPECT_TRUE(ahead_->has_room());
}

TEST_F(ReadAheadTest, AnObjectThatGrewSinceItWasListedIsReadWhole) {
  Make("first", "1");
  std::string grown(limits::kAheadObjectBytes + 1, 'g');
  Make("grown", grown);
  EXPECT_EQ(Read(Next()), "1");
  EXPECT_TRUE(Read(Next()) == grown);
}

TEST_F(ReadAheadTest, AnObjectOfExactlyTheBoundIsReadAhead) {
  Make("first", "1");
  std::string whole(limits::kAheadObjectBytes, 'w');
  Make("whole", whole);
  EXPECT_EQ(Read(Next()), "1");
  EXPECT_TRUE(Read(Next()) == whole);
}

TEST_F(ReadAheadTest, ASecondTryReadsWhatIsThereNow) {
  Make("first", "1");
  Make("second", "old");
  Next();
  Job job = Next();
  EXPECT_EQ(Read(job), "old");
  Write("second", "newer");
  EXPECT_EQ(Read(job), "newer");
}

TEST_F(ReadAheadTest, WhatIsNeverOpenedIsGivenUp) {
  for (int i = 0; i < 12; ++i) Make("f" + std::to_string(i), "x");
  Next();
  Next();
}

TEST_F(ReadAheadTest, EveryErrorPath) {
  Make("first", "1");
  Make("gone", "2");
  Make("last", "3");
  std::filesystem::remove(directory_ / "gone");
  Job first = Next(), gone = Next();
  // Fetched before it went, or not there any more: but never anything else.
  try {
    EXPECT_EQ(Read(gone), "2");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "NoSuchKey");
  }
  EXPECT_THROW(Read(gone), Error);
  EXPECT_EQ(Read(first), "1") << "not the last that was given: opened anew";
  EXPECT_EQ(Read(Next()), "3");
}

}  // namespace
}  // namespace sluice
