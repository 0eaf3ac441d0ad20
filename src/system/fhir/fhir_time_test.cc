#include "system/fhir/fhir_time.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;

TEST(FhirTimeTest, CountsMicrosecondsFrom2000) {
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:01Z"), kSecond);
  EXPECT_EQ(ParseFhirInstant("1999-12-31T23:59:59Z"), -kSecond);
  EXPECT_EQ(ParseFhirInstant("1970-01-01T00:00:00Z"), -10'957 * kDay);
  EXPECT_EQ(ParseFhirInstant("2024-02-29T12:00:00Z"), 8'825 * kDay + kDay / 2);
  EXPECT_EQ(ParseFhirInstant("0001-01-01T00:00:00Z"), -730'119 * kDay);
  EXPECT_EQ(ParseFhirInstant("9999-12-31T23:59:59Z"), 2'921'940 * kDay - kSecond);
}

TEST(FhirTimeTest, TakesZones) {
  EXPECT_EQ(ParseFhirInstant("2000-01-01T02:00:00+02:00"), 0);
  EXPECT_EQ(ParseFhirInstant("1999-12-31T18:30:00-05:30"), 0);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T14:00:00+14:00"), 0);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00-00:00"), 0);
}

TEST(FhirTimeTest, RoundsFractionsToMicroseconds) {
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00.5Z"), kSecond / 2);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00.123Z"), 123'000);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00.123456Z"), 123'456);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00.1234564Z"), 123'456);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00.1234567Z"), 123'457);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00.12345649999Z"), 123'456);
  EXPECT_EQ(ParseFhirInstant("1999-12-31T23:59:59.9999999Z"), 0);
  EXPECT_EQ(ParseFhirInstant("2000-01-01T00:00:00." + std::string(1000, '1') + "Z"), 111'111);
}

TEST(FhirTimeTest, TakesTheLeapSecond) { EXPECT_EQ(ParseFhirInstant("1999-12-31T23:59:60Z"), 0); }

TEST(FhirTimeTest, RefusesWhatIsNoInstant) {
  for (const char* text : {"",
                           "2000",
                           "2000-01",
                           "2000-01-01",
                           "2000-01-01T00:00Z",
                           "2000-01-01T00:00:00",
                           "2000-01-01 00:00:00Z",
                           "2000-01-01t00:00:00z",
                           "2000-01-01T00:00:00.Z",
                           "2000-01-01T00:00:00,5Z",
                           "2000-01-01T00:00:00+0200",
                           "2000-01-01T00:00:00+02",
                           "2000-01-01T00:00:00+14:01",
                           "2000-01-01T00:00:00+02:60",
                           "2000-01-01T00:00:00 Z",
                           "2000-01-01T00:00:00Z ",
                           " 2000-01-01T00:00:00Z",
                           "2000-01-01T24:00:00Z",
                           "2000-01-01T00:60:00Z",
                           "2000-01-01T00:00:61Z",
                           "2000-00-01T00:00:00Z",
                           "2000-13-01T00:00:00Z",
                           "2000-01-00T00:00:00Z",
                           "2000-01-32T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "02000-01-01T00:00:00Z",
                           "-200-01-01T00:00:00Z",
                           "2000-1-01T00:00:00Z",
                           "2000-01-01T00:00:00ZZ",
                           "2000-01-01T00:00:00Z+00:00",
                           "20000101T000000Z",
                           "now",
                           "infinity"}) {
    EXPECT_EQ(ParseFhirInstant(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sluice
