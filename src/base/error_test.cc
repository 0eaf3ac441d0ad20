#include "base/error.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Error, IsAFinalFaultOfOneObjectUnlessItSaysOtherwise) {
  Error error(Origin::kAws, "NoSuchKey", "the object is gone");
  EXPECT_EQ(error.origin(), Origin::kAws);
  EXPECT_EQ(error.code(), "NoSuchKey");
  EXPECT_EQ(error.retry(), Retry::kNever);
  EXPECT_EQ(error.scope(), Scope::kObject);
  EXPECT_STREQ(error.what(), "the object is gone");
  EXPECT_EQ(error.remedy(), "");
}

TEST(Error, AnswersWhatToDoNextAndHowMuchIsLost) {
  Error error = Fault("no-room", "no room")
                    .With(Retry::kLater)
                    .With(Scope::kRun)
                    .Remedy("Make room.")
                    .Detail("Key (id)=(secret) exists.");
  EXPECT_EQ(error.origin(), Origin::kSluice);
  EXPECT_EQ(error.retry(), Retry::kLater);
  EXPECT_EQ(error.scope(), Scope::kRun);
  EXPECT_EQ(error.remedy(), "Make room.");
  EXPECT_EQ(error.detail(), "Key (id)=(secret) exists.");
}

TEST(Error, GathersContextsOutermostFirst) {
  Error error = Fault("gzip-corrupt", "bad CRC");
  error.Within("unpacking").Within("s3://b/k");
  EXPECT_STREQ(error.what(), "s3://b/k: unpacking: bad CRC");
}

TEST(Error, KeepsAServersDetailOutOfItsMessage) {
  Error error = Fault("x", "duplicate key").Detail("Key (ssn)=(999-26-9282)");
  error.Within("loading");
  EXPECT_EQ(std::string(error.what()).find("999"), std::string::npos);
}

TEST(Error, CanBeChangedWhereItWasCaught) {
  try {
    throw Fault("x", "y").With(Retry::kNever);
  } catch (Error& error) {
    error.With(Retry::kUncertain).With(Scope::kRecord);
    EXPECT_EQ(error.retry(), Retry::kUncertain);
    EXPECT_EQ(error.scope(), Scope::kRecord);
  }
}

TEST(Error, EveryAnswerHasAName) {
  EXPECT_EQ(ToString(Retry::kNever), "never");
  EXPECT_EQ(ToString(Retry::kLater), "later");
  EXPECT_EQ(ToString(Retry::kUncertain), "uncertain");
  EXPECT_EQ(ToString(Scope::kRecord), "record");
  EXPECT_EQ(ToString(Scope::kObject), "object");
  EXPECT_EQ(ToString(Scope::kRun), "run");
  EXPECT_EQ(ToString(Origin::kSluice), "sluice");
  EXPECT_EQ(ToString(Origin::kAws), "aws");
  EXPECT_EQ(ToString(Origin::kPostgres), "postgres");
}

}  // namespace
}  // namespace sluice
