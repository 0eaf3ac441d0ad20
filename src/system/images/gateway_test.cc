#include "system/images/gateway.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sluice {
namespace {

using Kind = CallAnswer::Kind;

http::Response Reply(int status, const std::string& body, http::Headers headers = {}) {
  return {status, std::move(headers), body};
}

TEST(GatewayTest, TheBodyHasUserPropertiesAndTheImageAsBase64) {
  EXPECT_EQ(RegistrationBody({"fr\"ed", {{"city", "Köln"}}, "\xff\xd8\xff"}),
            R"({"UserId":"fr\"ed","Properties":{"city":"Köln"},"Image":"/9j/"})");
  EXPECT_EQ(RegistrationBody({"a", {}, ""}), R"({"UserId":"a","Properties":{},"Image":""})");
}

TEST(GatewayTest, An200IsSuccessOnlyIfTheExecutionSucceeded) {
  CallAnswer done = ReadGatewayReply(Reply(
      200, R"({"executionArn":"a","status":"SUCCEEDED",)"
           R"("output":"{\"UserId\":\"u\",\"ImageId\":\"i-1\",\"Status\":\"Registered\"}"})"));
  EXPECT_EQ(done.kind, Kind::kDone);
  EXPECT_EQ(done.result, "i-1");
  EXPECT_EQ(ReadGatewayReply(Reply(201, R"({"ImageId":"i-2"})")).result, "i-2");
  EXPECT_EQ(ReadGatewayReply(Reply(204, "")).kind, Kind::kDone);
  CallAnswer refused = ReadGatewayReply(
      Reply(200, R"({"status":"FAILED","error":"UserAlreadyExists","cause":"Cannot register"})"));
  EXPECT_EQ(refused.kind, Kind::kRefused);
  EXPECT_EQ(refused.code, "UserAlreadyExists");
  EXPECT_EQ(refused.message, "the gateway failed: Cannot register");
}

TEST(GatewayTest, EveryAnswerMeansWhatIsDocumented) {
  struct Case {
    int status;
    std::string body;
    Kind kind;
    bool trips;
  };
  const std::string failed = R"({"executionArn":"a","status":"FAILED","error":")";
  for (const Case& c :
       {Case{200, failed + R"(TransientError"})", Kind::kLater, false},
        Case{200, failed + R"(ThrottlingException"})", Kind::kLater, false},
        Case{200, failed + R"(NoFacesDetectedException"})", Kind::kRefused, false},
        Case{200, failed + R"(States.Timeout"})", Kind::kUncertain, false},
        Case{200, R"({"status":"TIMED_OUT"})", Kind::kUncertain, false},
        Case{200, R"({"executionArn":"a"})", Kind::kUncertain, false},
        Case{429, "", Kind::kDown, true}, Case{503, "<html>", Kind::kLater, true},
        Case{500, "", Kind::kUncertain, false}, Case{502, "", Kind::kUncertain, false},
        Case{504, "", Kind::kUncertain, false}, Case{408, "", Kind::kUncertain, false},
        Case{400, R"({"message":"bad"})", Kind::kRefused, false},
        Case{413, "", Kind::kRefused, false}, Case{301, "", Kind::kDenied, false},
        Case{401, "", Kind::kDenied, false},
        Case{403, R"({"message":"Forbidden"})", Kind::kDenied, false},
        Case{404, "", Kind::kDenied, false}}) {
    CallAnswer answer = ReadGatewayReply(Reply(c.status, c.body));
    EXPECT_EQ(answer.kind, c.kind) << c.status << c.body;
    EXPECT_EQ(answer.trips, c.trips) << c.status << c.body;
    EXPECT_FALSE(answer.code.empty()) << c.status << c.body;
  }
}

TEST(GatewayTest, APauseThatIsAskedForIsHeeded) {
  EXPECT_EQ(ReadGatewayReply(Reply(429, "", {{"Retry-After", "7"}})).pause,
            std::chrono::seconds(7));
  EXPECT_FALSE(ReadGatewayReply(Reply(429, "", {{"Retry-After", "soon"}})).pause);
  EXPECT_FALSE(ReadGatewayReply(Reply(503, "", {{"Retry-After", "-1"}})).pause);
}

TEST(GatewayTest, OnlyWhatWasNeverSentIsCertainNotToHaveHappened) {
  auto kind = [](const char* code) {
    return ReadGatewayError(Error(Origin::kAws, code, "x").With(Retry::kLater)).kind;
  };
  EXPECT_EQ(kind("Unreachable"), Kind::kDown);
  EXPECT_EQ(kind("ConnectTimeout"), Kind::kDown);
  for (const char* code : {"ConnectionFailed", "Stalled", "TruncatedBody", "BadReply"}) {
    EXPECT_EQ(kind(code), Kind::kUncertain) << code;
  }
  EXPECT_EQ(ReadGatewayError(Error(Origin::kAws, "TlsError", "x").With(Scope::kRun)).kind,
            Kind::kDenied);
}

TEST(GatewayTest, AUserIsKnownWhereTheCheckSaysSo) {
  EXPECT_TRUE(ReadCheckReply(Reply(200, R"({"Reason":"User Exist"})")));
  EXPECT_FALSE(ReadCheckReply(Reply(200, R"({"Reason":"User not Exist"})")));
  EXPECT_TRUE(ReadCheckReply(Reply(200, R"({"exists":true})")));
  EXPECT_FALSE(ReadCheckReply(Reply(404, "")));
  EXPECT_TRUE(ReadCheckReply(Reply(
      200, R"({"executionArn":"a","status":"SUCCEEDED","output":"{\"Reason\":\"User Exist\"}"})")));
}

TEST(GatewayTest, EveryErrorPath) {
  for (const auto& reply : {Reply(200, ""), Reply(500, ""), Reply(200, R"({"Reason":"?"})"),
                            Reply(200, R"({"status":"FAILED"})")}) {
    try {
      ReadCheckReply(reply);
      ADD_FAILURE() << reply.status << reply.body;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "check-user-unclear");
      EXPECT_EQ(error.retry(), Retry::kLater);
    }
  }
  std::string long_cause =
      ReadGatewayReply(Reply(400, R"({"message":")" + std::string(5000, 'x') + R"("})")).message;
  EXPECT_LT(long_cause.size(), 400u);
}

}  // namespace
}  // namespace sluice
