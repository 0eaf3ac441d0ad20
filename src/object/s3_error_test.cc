#include "object/s3_error.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string Body(const std::string& code, const std::string& more = "") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code>" + more +
         "</Error>";
}

Error Refused(int status, const std::string& code, S3Verb verb = S3Verb::kRead) {
  return ErrorOfS3(ReadS3Reply({status, {}, ""}, Body(code)), verb, "s3://b/k");
}

Error Bare(int status, S3Verb verb = S3Verb::kRead) {
  return ErrorOfS3(ReadS3Reply({status, {}, ""}, ""), verb, "s3://b/k");
}

struct Expected {
  int status;
  const char* code;
  Retry retry;
  Scope scope;
};

class S3ErrorTable : public testing::TestWithParam<Expected> {};

TEST_P(S3ErrorTable, SaysWhatToDoAndHowMuchIsLost) {
  const Expected& expected = GetParam();
  Error error = Refused(expected.status, expected.code);
  EXPECT_EQ(error.origin(), Origin::kAws);
  EXPECT_EQ(error.code(), expected.code);
  EXPECT_EQ(error.retry(), expected.retry);
  EXPECT_EQ(error.scope(), expected.scope);
  EXPECT_TRUE(error.message().starts_with("s3://b/k: ")) << error.message();
  EXPECT_NE(error.message().find(expected.code), std::string::npos) << error.message();
  EXPECT_NE(error.remedy(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Codes, S3ErrorTable,
    testing::Values(Expected{404, "NoSuchBucket", Retry::kNever, Scope::kRun},
                    Expected{404, "NoSuchKey", Retry::kNever, Scope::kObject},
                    Expected{403, "AccessDenied", Retry::kNever, Scope::kObject},
                    Expected{403, "InvalidAccessKeyId", Retry::kNever, Scope::kRun},
                    Expected{403, "SignatureDoesNotMatch", Retry::kNever, Scope::kRun},
                    Expected{403, "RequestTimeTooSkewed", Retry::kNever, Scope::kRun},
                    Expected{403, "InvalidObjectState", Retry::kNever, Scope::kObject},
                    Expected{403, "AllAccessDisabled", Retry::kNever, Scope::kRun},
                    Expected{400, "ExpiredToken", Retry::kNever, Scope::kRun},
                    Expected{400, "InvalidToken", Retry::kNever, Scope::kRun},
                    Expected{400, "AuthorizationHeaderMalformed", Retry::kNever, Scope::kRun},
                    Expected{301, "PermanentRedirect", Retry::kNever, Scope::kRun},
                    Expected{307, "TemporaryRedirect", Retry::kNever, Scope::kRun},
                    Expected{400, "RequestTimeout", Retry::kLater, Scope::kObject},
                    Expected{409, "OperationAborted", Retry::kLater, Scope::kObject},
                    Expected{416, "InvalidRange", Retry::kNever, Scope::kObject},
                    Expected{429, "TooManyRequests", Retry::kLater, Scope::kObject},
                    Expected{500, "InternalError", Retry::kLater, Scope::kObject},
                    Expected{501, "NotImplemented", Retry::kNever, Scope::kObject},
                    Expected{503, "SlowDown", Retry::kLater, Scope::kObject},
                    // Codes that the table does not know go by their status.
                    Expected{503, "ServiceUnavailable", Retry::kLater, Scope::kObject},
                    Expected{503, "SomethingNew", Retry::kLater, Scope::kObject},
                    Expected{400, "SomethingNew", Retry::kNever, Scope::kObject}),
    [](const auto& info) { return std::to_string(info.param.status) + info.param.code; });

TEST(S3Error, AReplyWithoutABodyHasTheUsualCodeOfItsStatus) {
  struct {
    int status;
    const char* code;
    Retry retry;
  } cases[] = {{301, "PermanentRedirect", Retry::kNever},
               {307, "TemporaryRedirect", Retry::kNever},
               {400, "Http400", Retry::kNever},
               {401, "Unauthorized", Retry::kNever},
               {403, "AccessDenied", Retry::kNever},
               {404, "NoSuchKey", Retry::kNever},
               {405, "MethodNotAllowed", Retry::kNever},
               {408, "RequestTimeout", Retry::kLater},
               {412, "ObjectChanged", Retry::kNever},
               {416, "InvalidRange", Retry::kNever},
               {418, "Http418", Retry::kNever},
               {429, "TooManyRequests", Retry::kLater},
               {500, "InternalError", Retry::kLater},
               {501, "NotImplemented", Retry::kNever},
               {502, "Http502", Retry::kLater},
               {503, "SlowDown", Retry::kLater},
               {504, "Http504", Retry::kLater}};
  for (const auto& c : cases) {
    EXPECT_EQ(Bare(c.status).code(), c.code) << c.status;
    EXPECT_EQ(Bare(c.status).retry(), c.retry) << c.status;
  }
  EXPECT_EQ(Bare(404, S3Verb::kList).code(), "NoSuchBucket");
}

TEST(S3Error, ARefusedConditionIsAChangedObject) {
  EXPECT_EQ(Refused(412, "PreconditionFailed").code(), "ObjectChanged");
}

TEST(S3Error, WhatCannotBeListedEndsTheRun) {
  EXPECT_EQ(Refused(403, "AccessDenied", S3Verb::kList).scope(), Scope::kRun);
  EXPECT_NE(Refused(403, "AccessDenied", S3Verb::kList).remedy().find("ListBucket"),
            std::string::npos);
  EXPECT_EQ(Refused(403, "AccessDenied", S3Verb::kWrite).scope(), Scope::kObject);
  EXPECT_EQ(Refused(503, "SlowDown", S3Verb::kList).scope(), Scope::kObject);
}

TEST(S3Error, TakesTheRegionFromHeaderOrBody) {
  http::Response head{301, {{"X-Amz-Bucket-Region", "eu-west-1"}}, ""};
  EXPECT_EQ(ReadS3Reply(head, "").region, "eu-west-1");
  EXPECT_EQ(
      ReadS3Reply({400, {}, ""}, Body("AuthorizationHeaderMalformed", "<Region>eu-west-2</Region>"))
          .region,
      "eu-west-2");
}

TEST(S3Error, TellsExpiredKeysFromWrongOnes) {
  EXPECT_TRUE(SaysExpired({400, "ExpiredToken", "", ""}, false));
  EXPECT_TRUE(SaysExpired({400, "TokenRefreshRequired", "", ""}, true));
  EXPECT_TRUE(SaysExpired({403, "InvalidAccessKeyId", "", ""}, true));
  EXPECT_FALSE(SaysExpired({403, "InvalidAccessKeyId", "", ""}, false));
  EXPECT_FALSE(SaysExpired({403, "AccessDenied", "", ""}, true));
}

TEST(S3Error, EveryErrorPath) {
  for (const char* body :
       {"", "not xml", "<html>503</html>", "<Error>", "<Error><Code/></Error>"}) {
    EXPECT_EQ(ErrorOfS3(ReadS3Reply({503, {}, ""}, body), S3Verb::kRead, "x").code(), "SlowDown");
  }
  // Only the messages of unknown codes are passed on: some known ones echo what was signed.
  EXPECT_NE(std::string(ErrorOfS3({400, "Odd", "why", ""}, S3Verb::kRead, "x").what()).find("why"),
            std::string::npos);
}

}  // namespace
}  // namespace sluice
