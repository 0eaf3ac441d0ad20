#include "object/credentials.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "base/error.h"
#include "object/file_testing.h"
#include "object/profile.h"

namespace sluice {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::system_clock;

class CredentialsTest : public testing::Test {
 protected:
  void SetUp() override {
    variables_["HOME"] = home_.path();
    variables_["AWS_CONFIG_FILE"] = home_.path() + "/.aws/config";
  }
  Environment environment() {
    return [this](const char* name) -> std::optional<std::string> {
      auto found = variables_.find(name);
      if (found == variables_.end()) return std::nullopt;
      return found->second;
    };
  }
  Credentials Read() { return ReadCredentials(options_, environment()); }
  std::string CodeOf() {
    try {
      Read();
    } catch (const Error& error) {
      EXPECT_EQ(error.scope(), Scope::kRun);
      EXPECT_NE(error.remedy(), "");
      return error.code();
    }
    return "none";
  }

  TestDirectory home_;
  std::map<std::string, std::string> variables_;
  CredentialOptions options_;
};

TEST_F(CredentialsTest, FollowTheOrderOfAws) {
  home_.Write(".aws/credentials",
              "[default]\naws_access_key_id = FILE\naws_secret_access_key = file\n");
  EXPECT_EQ(Read().key.access_key_id, "FILE");
  variables_["AWS_ACCESS_KEY_ID"] = "ENV";
  EXPECT_EQ(Read().key.access_key_id, "FILE");
  variables_["AWS_SECRET_ACCESS_KEY"] = "env";
  variables_["AWS_SESSION_TOKEN"] = "token";
  EXPECT_EQ(Read().key.access_key_id, "ENV");
  EXPECT_EQ(Read().key.session_token, "token");
  options_.access_key_id = "EXPLICIT";
  options_.secret_access_key = "explicit";
  EXPECT_EQ(Read().key.access_key_id, "EXPLICIT");
  EXPECT_EQ(Read().key.session_token, "");
}

TEST_F(CredentialsTest, ANamedProfileGoesBeforeTheEnvironmentsKeys) {
  home_.Write(".aws/credentials", "[work]\naws_access_key_id=W\naws_secret_access_key=w\n");
  variables_["AWS_ACCESS_KEY_ID"] = "ENV";
  variables_["AWS_SECRET_ACCESS_KEY"] = "env";
  options_.profile = "work";
  EXPECT_EQ(Read().key.access_key_id, "W");
}

TEST_F(CredentialsTest, AProfileHasKeysTokenExpiryAndRegion) {
  home_.Write(".aws/credentials",
              "# keys\n[default]\naws_access_key_id=D\n\n[ work ]\r\n"
              "aws_access_key_id = W\r\nAWS_SECRET_ACCESS_KEY = a+/b#c;d= ; comment\r\n"
              "aws_session_token=t==\naws_expiration = 2026-01-31T23:59:59Z\n");
  home_.Write(".aws/config",
              "[default]\nregion = us-west-1\n[profile work]\nregion=eu-west-1\ns3 =\n"
              "  region = nested\n[sso-session work]\nregion=wrong\n");
  variables_["AWS_PROFILE"] = "work";
  Credentials found = Read();
  EXPECT_EQ(found.key.access_key_id, "W");
  EXPECT_EQ(found.key.secret_access_key, "a+/b#c;d=");
  EXPECT_EQ(found.key.session_token, "t==");
  EXPECT_EQ(system_clock::to_time_t(found.expires.value()), 1769903999);
  EXPECT_EQ(ReadRegion(options_, environment()), "eu-west-1");
  variables_["AWS_DEFAULT_REGION"] = "a";
  EXPECT_EQ(ReadRegion(options_, environment()), "a");
  variables_["AWS_REGION"] = "b";
  EXPECT_EQ(ReadRegion(options_, environment()), "b");
}

TEST_F(CredentialsTest, KeysMayBeInTheConfigFileAndFilesElsewhere) {
  home_.Write("elsewhere", "[profile p]\naws_access_key_id=C\naws_secret_access_key=c\nregion=r\n");
  variables_["AWS_CONFIG_FILE"] = home_.path() + "/elsewhere";
  options_.profile = "p";
  EXPECT_EQ(Read().key.access_key_id, "C");
  home_.Write("shared", "[p]\naws_access_key_id=S\naws_secret_access_key=s\n");
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = home_.path() + "/shared";
  EXPECT_EQ(Read().key.access_key_id, "S");
  EXPECT_EQ(ReadRegion(options_, environment()), "r");
}

TEST_F(CredentialsTest, EveryErrorPath) {
  EXPECT_EQ(CodeOf(), "NoCredentials");
  options_.access_key_id = "HALF";
  EXPECT_EQ(CodeOf(), "NoCredentials");
  options_.profile = "missing";
  EXPECT_EQ(CodeOf(), "NoSuchProfile");
  home_.Write(".aws/config",
              "[profile role]\nrole_arn = arn\n[profile half]\naws_access_key_id=x\n[unclosed\nx");
  options_.profile = "role";
  EXPECT_EQ(CodeOf(), "CredentialsUnsupported");
  options_.profile = "half";
  EXPECT_EQ(CodeOf(), "NoCredentials");
}

// A source whose keys the test changes, and a clock that it moves.
class CredentialProviderTest : public testing::Test {
 protected:
  CredentialProvider provider_{[this] {
                                 ++reads_;
                                 if (fails_) throw Fault("gone", "gone");
                                 return Credentials{{id_, "secret", "token"}, expires_};
                               },
                               [this] { return now_; }};
  std::atomic<int> reads_{0};
  bool fails_ = false;
  std::string id_ = "FIRST";
  std::optional<system_clock::time_point> expires_;
  system_clock::time_point now_ = system_clock::from_time_t(1769903999);
};

TEST_F(CredentialProviderTest, ReadsItsSourceOnceForKeysThatStay) {
  EXPECT_EQ(reads_, 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(provider_.Get().key.access_key_id, "FIRST");
  EXPECT_EQ(reads_, 1);
}

TEST_F(CredentialProviderTest, ReadsAgainBeforeTheKeysExpire) {
  expires_ = now_ + minutes(10);
  provider_.Get();
  now_ += minutes(4);
  provider_.Get();
  EXPECT_EQ(reads_, 1);
  now_ += minutes(2);
  id_ = "SECOND";
  expires_ = now_ + minutes(60);
  EXPECT_EQ(provider_.Get().key.access_key_id, "SECOND");
  EXPECT_EQ(reads_, 2);
}

TEST_F(CredentialProviderTest, DoesNotReadAllTheTimeWhenTheSourceStaysOld) {
  expires_ = now_;
  provider_.Get();
  for (int i = 0; i < 5; ++i) provider_.Get();
  EXPECT_EQ(reads_, 1);
  now_ += seconds(11);
  for (int i = 0; i < 5; ++i) provider_.Get();
  EXPECT_EQ(reads_, 2);
}

TEST_F(CredentialProviderTest, RefreshesOnceForAllThreads) {
  uint64_t generation = provider_.Get().generation;
  id_ = "SECOND";
  std::atomic<int> fresh{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { fresh += provider_.Refresh(generation); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fresh, 8);
  EXPECT_EQ(reads_, 2);
  EXPECT_EQ(provider_.Get().key.access_key_id, "SECOND");
}

TEST_F(CredentialProviderTest, EveryErrorPath) {
  fails_ = true;
  EXPECT_THROW(provider_.Get(), Error);
  fails_ = false;
  uint64_t generation = provider_.Get().generation;
  EXPECT_FALSE(provider_.Refresh(generation)) << "the same keys again are no fresh ones";
  fails_ = true;
  EXPECT_FALSE(provider_.Refresh(generation));
  EXPECT_EQ(provider_.Get().key.access_key_id, "FIRST");
}

TEST(ProcessEnvironment, SaysNothingForEmptyVariables) {
  setenv("SLUICE_TEST_EMPTY", "", 1);
  EXPECT_EQ(ProcessEnvironment("SLUICE_TEST_EMPTY"), std::nullopt);
  EXPECT_EQ(ProcessEnvironment("SLUICE_TEST_NO_SUCH"), std::nullopt);
  EXPECT_NE(ProcessEnvironment("PATH"), std::nullopt);
}

}  // namespace
}  // namespace sluice
