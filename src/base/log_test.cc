#include "base/log.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sluice {
namespace {

class LogLines : public ::testing::Test {
 protected:
  void SetUp() override {
    SetLogSink([this](std::string_view line) { lines_.emplace_back(line); });
  }
  void TearDown() override {
    SetLogSink({});
    SetLogLevel(LogLevel::kWarning);
  }

  std::vector<std::string> lines_;
};

TEST_F(LogLines, SayWhoSpeaksAndHowBadItIs) {
  SetLogLevel(LogLevel::kDebug);
  Log(LogLevel::kError, "a");
  Log(LogLevel::kWarning, "b");
  Log(LogLevel::kInfo, "c");
  Log(LogLevel::kDebug, "d");
  EXPECT_EQ(lines_, (std::vector<std::string>{"sluice: error: a\n", "sluice: warning: b\n",
                                              "sluice: c\n", "sluice: d\n"}));
}

TEST_F(LogLines, AboveTheLevelAreNotWritten) {
  EXPECT_EQ(GetLogLevel(), LogLevel::kWarning);
  Log(LogLevel::kInfo, "quiet");
  EXPECT_TRUE(lines_.empty());
}

TEST_F(LogLines, OfThreadsNeverMix) {
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 500; ++i) Log(LogLevel::kError, "0123456789");
      });
    }
  }
  ASSERT_EQ(lines_.size(), 2000u);
  for (const std::string& line : lines_) EXPECT_EQ(line, "sluice: error: 0123456789\n");
}

TEST_F(LogLines, GoToStandardErrorWithoutASink) {
  SetLogSink({});
  testing::internal::CaptureStderr();
  Log(LogLevel::kError, "nobody else listens");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "sluice: error: nobody else listens\n");
}

}  // namespace
}  // namespace sluice
