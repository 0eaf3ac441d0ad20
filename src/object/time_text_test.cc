#include "object/time_text.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

const auto kMoment = system_clock::from_time_t(1769903999);  // 2026-01-31T23:59:59Z

TEST(TimeText, ReadsAndWritesOneMoment) {
  EXPECT_EQ(ParseIsoTime("2026-01-31T23:59:59Z"), kMoment);
  EXPECT_EQ(ParseIsoTime("2026-01-31T23:59:59.250Z"), kMoment + milliseconds(250));
  EXPECT_EQ(ParseIsoTime("2026-01-31T23:59:59.1234567890Z"),
            kMoment + std::chrono::microseconds(123456));
  EXPECT_EQ(ParseHttpDate("Sat, 31 Jan 2026 23:59:59 GMT"), kMoment);
  EXPECT_EQ(FormatAmzTime(kMoment), "20260131T235959Z");
  EXPECT_EQ(FormatAmzTime(kMoment + milliseconds(999)), "20260131T235959Z");
}

TEST(TimeText, EveryErrorPath) {
  for (const char* text : {"", "2026", "2026-13-01T00:00:00Z", "2026-01-32T00:00:00Z",
                           "2026-01-01T24:00:00Z", "2026-01-01 00:00:00", "yesterday"}) {
    EXPECT_EQ(ParseIsoTime(text), std::nullopt) << text;
  }
  for (const char* text : {"", "Sat, 31 Foo 2026 23:59:59 GMT", "Sat, 31 Jan 2026 25:00:00 GMT",
                           "31 Jan 2026", "Sat Jan 31 23:59:59 2026"}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sluice
