#include "app/server/sns_topics.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/error.h"
#include "base/rsa_testing.h"

namespace sluice {
namespace {

using nlohmann::json;

constexpr char kTopic[] = "arn:aws:sns:eu-west-1:111122223333:arrivals";
constexpr char kCertificateUrl[] =
    "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem";

// Signs the envelope as SNS does.
json Signed(const TestSigner& signer, json envelope, const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (envelope.contains(name)) text += name + "\n" + std::string(envelope[name]) + "\n";
  }
  bool is_sha256 = envelope["SignatureVersion"] == "2";
  envelope["Signature"] =
      Base64(signer.Sign(is_sha256 ? SignatureHash::kSha256 : SignatureHash::kSha1, text));
  return envelope;
}

class SnsTopicsTest : public testing::Test {
 protected:
  json Notification(const std::string& version = "1") {
    return Signed(signer_,
                  {{"Type", "Notification"},
                   {"MessageId", "dc1e94d9"},
                   {"TopicArn", kTopic},
                   {"Subject", "Amazon S3 Notification"},
                   {"Message", "{\"Records\":[]}\nsecond line"},
                   {"Timestamp", "2021-02-16T21:41:19.978Z"},
                   {"SignatureVersion", version},
                   {"SigningCertURL", kCertificateUrl}},
                  {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"});
  }
  json Subscription(const std::string& url) {
    return Signed(
        signer_,
        {{"Type", "SubscriptionConfirmation"},
         {"MessageId", "165545c9"},
         {"Token", "2336412f"},
         {"TopicArn", kTopic},
         {"Message", "You have chosen to subscribe"},
         {"SubscribeURL", url},
         {"Timestamp", "2012-04-26T20:45:04.751Z"},
         {"SignatureVersion", "2"},
         {"SigningCertURL", kCertificateUrl}},
        {"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"});
  }
  SnsMessage Parsed(const json& envelope) { return ParseSnsMessage(envelope.dump()).value(); }
  std::string CodeOf(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_FALSE(error.remedy().empty());
      return error.code();
    }
    return "none";
  }
  std::string Checked(const json& envelope) {
    return CodeOf([&] { topics_.Check(Parsed(envelope)); });
  }

  TestSigner signer_;
  std::vector<std::string> fetched_;
  int status_ = 200;
  SnsTopics topics_{{kTopic}, [this](const std::string& url) {
                      fetched_.push_back(url);
                      return http::Response{status_, {}, signer_.Certificate()};
                    }};
};

TEST_F(SnsTopicsTest, GenuineMessagesPassWithBothSignatures) {
  EXPECT_EQ(Checked(Notification("1")), "none");
  EXPECT_EQ(Checked(Notification("2")), "none");
  json bare = Notification();
  bare.erase("Subject");
  bare = Signed(signer_, bare, {"Message", "MessageId", "Timestamp", "TopicArn", "Type"});
  EXPECT_EQ(Checked(bare), "none");
  EXPECT_EQ(fetched_.size(), 1u) << "a certificate is fetched once";
  EXPECT_EQ(Parsed(Notification()).message, "{\"Records\":[]}\nsecond line");
}

TEST_F(SnsTopicsTest, WhatWasChangedOnTheWayIsRefused) {
  for (const char* name : {"Message", "MessageId", "Subject", "Timestamp"}) {
    json changed = Notification();
    changed[name] = "other";
    EXPECT_EQ(Checked(changed), "event-unsigned") << name;
  }
  json other_signer = Signed(TestSigner(), Notification(),
                             {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"});
  EXPECT_EQ(Checked(other_signer), "event-unsigned");
}

TEST_F(SnsTopicsTest, CertificatesComeFromTheTopicsRegionAlone) {
  for (const char* url :
       {"https://evil.example/sns.pem", "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.us-east-1.amazonaws.com/x.pem", "https://sns.eu-west-1.amazonaws.com:8443/x",
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem", "not a url"}) {
    json moved = Notification();
    moved["SigningCertURL"] = url;
    EXPECT_EQ(Checked(moved), "event-unsigned") << url;
  }
  EXPECT_TRUE(fetched_.empty());
  EXPECT_TRUE(IsOfItsRegion("https://sns.cn-north-1.amazonaws.com.cn/x.pem",
                            "arn:aws-cn:sns:cn-north-1:1:t"));
}

TEST_F(SnsTopicsTest, ASubscriptionIsConfirmedAtTheTopicsRegion) {
  std::string url =
      "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f";
  SnsMessage message = Parsed(Subscription(url));
  EXPECT_EQ(message.kind, SnsMessage::Kind::kSubscription);
  topics_.Check(message);
  topics_.Confirm(message);
  EXPECT_EQ(fetched_, (std::vector<std::string>{kCertificateUrl, url}));
  SnsMessage elsewhere = Parsed(Subscription("http://169.254.169.254/latest/meta-data/"));
  topics_.Check(elsewhere);  // SNS signed it, and yet nothing else is called
  EXPECT_EQ(CodeOf([&] { topics_.Confirm(elsewhere); }), "event-unsigned");
  EXPECT_EQ(fetched_.size(), 2u);
}

TEST_F(SnsTopicsTest, EveryErrorPath) {
  json stranger = Notification();
  stranger["TopicArn"] = "arn:aws:sns:eu-west-1:999999999999:arrivals";
  EXPECT_EQ(Checked(stranger), "topic-refused");
  for (const char* name : {"Message", "Signature", "SignatureVersion", "SigningCertURL"}) {
    json without = Notification();
    without.erase(name);
    EXPECT_EQ(CodeOf([&] { ParseSnsMessage(without.dump()); }), "event-invalid") << name;
  }
  json odd = Notification();
  odd["SignatureVersion"] = "3";
  EXPECT_EQ(CodeOf([&] { ParseSnsMessage(odd.dump()); }), "event-invalid");
  odd = Notification();
  odd["Signature"] = "EXAMPLE";
  EXPECT_EQ(CodeOf([&] { ParseSnsMessage(odd.dump()); }), "event-invalid");
  EXPECT_FALSE(ParseSnsMessage("[]"));
  EXPECT_FALSE(ParseSnsMessage(R"({"Records":[]})"));
  status_ = 403;
  EXPECT_EQ(Checked(Notification()), "sns-unreachable");
}

TEST_F(SnsTopicsTest, ACertificateThatIsOverCountsForNothing) {
  TestSigner old(-60);
  SnsTopics topics({kTopic}, [&](const std::string&) {
    return http::Response{200, {}, old.Certificate()};
  });
  json message = Signed(old, Notification(),
                        {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"});
  EXPECT_EQ(CodeOf([&] { topics.Check(Parsed(message)); }), "event-unsigned");
}

}  // namespace
}  // namespace sluice
