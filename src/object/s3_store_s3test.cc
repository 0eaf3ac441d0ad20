// What only a real server shows: its own error codes, session tokens, outages and slow readers.
#include "object/s3_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "base/unit.h"
#include "bytes/byte_source_testing.h"
#include "object/read_object.h"
#include "object/s3_testing.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

template <class Call>
Error ErrorOf(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Fault("none", "nothing was thrown");
}

class S3LiveTest : public testing::Test {
 protected:
  std::unique_ptr<ObjectStore> Store(const S3Options& options) {
    return NewS3Store(options, stop_);
  }
  ObjectRef Ref(const std::string& key) const { return {"", bucket_, key, ""}; }

  S3World world_ = S3World::FromEnvironment();
  std::string bucket_ = world_.MakeBucket();
  Stop stop_;
};

TEST_F(S3LiveTest, KeepsKeysThatLookLikePaths) {
  auto store = Store(world_.Options());
  for (const char* key :
       {"/lead", "a//b", "a/../b", "./a", "..", "a/.", "trail/", "%2F", "a?b=c"}) {
    store->Put(Ref(key), key);
    EXPECT_EQ(ReadAll(*store->Open(Ref(key), {}).bytes), key);
  }
  EXPECT_EQ(store->List(bucket_, "", "").objects.size(), 9u);
}

TEST_F(S3LiveTest, FindsTheEndpointAndKeysInTheEnvironment) {
  Store(world_.Options())->Put(Ref("k"), "body");
  S3Options options;
  auto environment = world_;
  options.environment = [environment](const char* name) -> std::optional<std::string> {
    std::string wanted = name;
    if (wanted == "AWS_ENDPOINT_URL_S3") return environment.endpoint;
    if (wanted == "AWS_ENDPOINT_URL") return "http://127.0.0.1:1";
    if (wanted == "AWS_ACCESS_KEY_ID") return environment.keys.access_key_id;
    if (wanted == "AWS_SECRET_ACCESS_KEY") return environment.keys.secret_access_key;
    return std::nullopt;
  };
  auto store = Store(options);
  ObjectStat stat = store->Stat(Ref("k"));
  EXPECT_EQ(stat.ref.store, world_.endpoint);
  EXPECT_EQ(ToString(stat.ref), "s3://" + bucket_ + "/k");
}

TEST_F(S3LiveTest, ASessionTokenIsReadAgainOnceItHasExpired) {
  TestDirectory home;
  auto renew = [&](seconds time) {
    CredentialOptions keys = world_.MakeSession(time);
    home.Write("credentials", "[default]\naws_access_key_id=" + keys.access_key_id +
                                  "\naws_secret_access_key=" + keys.secret_access_key +
                                  "\naws_session_token=" + keys.session_token + "\n");
    return keys;
  };
  Store(world_.Options())->Put(Ref("k"), "body");
  S3Options options = world_.Options();
  options.credentials = {};
  options.environment = [&](const char* name) -> std::optional<std::string> {
    if (std::string(name) == "AWS_SHARED_CREDENTIALS_FILE") return home.path() + "/credentials";
    return std::nullopt;
  };
  S3Options fixed = world_.Options();
  fixed.credentials = renew(seconds(1));
  auto store = Store(options), expiring = Store(fixed);
  EXPECT_EQ(store->Stat(Ref("k")).size_bytes, 4u);

  Error expired = Fault("none", "");
  for (int tries = 0; tries < 100 && expired.code() == "none"; ++tries) {
    stop_.SleepFor(milliseconds(100));
    expired = ErrorOf([&] { expiring->Stat(Ref("k")); });
  }
  EXPECT_EQ(expired.scope(), Scope::kRun) << expired.what();
  EXPECT_EQ(expired.retry(), Retry::kNever);
  EXPECT_EQ(ErrorOf([&] { store->Stat(Ref("k")); }).code(), expired.code());
  renew(seconds(900));
  EXPECT_EQ(store->Stat(Ref("k")).size_bytes, 4u);
}

TEST_F(S3LiveTest, EveryErrorPath) {
  Store(world_.Options())->Put(Ref("k"), "body");
  auto with = [&](auto adapt) {
    S3Options options = world_.Options();
    adapt(options);
    return Store(options);
  };
  struct {
    std::unique_ptr<ObjectStore> store;
    std::string code;
    Scope object_scope;
  } cases[] = {
      {with([&](auto& o) { o.credentials = world_.other_keys; }), "AccessDenied", Scope::kObject},
      {with([](auto& o) { o.credentials.access_key_id = "AKIANOBODY"; }), "InvalidAccessKeyId",
       Scope::kRun},
      {with([](auto& o) { o.credentials.secret_access_key = "wrong"; }), "SignatureDoesNotMatch",
       Scope::kRun},
  };
  for (const auto& c : cases) {
    for (const Error& error : {ErrorOf([&] { c.store->Open(Ref("k"), {}); }),
                               ErrorOf([&] { c.store->Stat(Ref("k")); })}) {
      EXPECT_EQ(error.code(), c.code) << error.what();
      EXPECT_EQ(error.scope(), c.object_scope) << error.what();
      EXPECT_EQ(error.retry(), Retry::kNever) << error.what();
      EXPECT_EQ(error.origin(), Origin::kAws);
    }
    Error error = ErrorOf([&] { c.store->List(bucket_, "", ""); });
    EXPECT_EQ(error.code(), c.code);
    EXPECT_EQ(error.scope(), Scope::kRun);
  }
  auto store = Store(world_.Options());
  EXPECT_EQ(ErrorOf([&] { store->List("no-such-bucket", "", ""); }).code(), "NoSuchBucket");
  EXPECT_EQ(ErrorOf([&] {
              store->Open({"", "no-such-bucket", "k", ""}, {});
            }).code(),
            "NoSuchBucket");
  auto untrusted = with([&](auto& o) { o.endpoint = world_.tls_endpoint; });
  Error error = ErrorOf([&] { untrusted->Stat(Ref("k")); });
  EXPECT_EQ(error.code(), "TlsError");
  EXPECT_EQ(error.scope(), Scope::kRun);
  EXPECT_NE(error.remedy().find("--ca-bundle"), std::string::npos);
}

// A server of its own, whose gateway comes and goes and which cuts readers off after 2 s.
class S3OutageTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server = std::make_unique<S3Server>("request_timeout_ms=2000"); }
  static void TearDownTestSuite() { server.reset(); }

  void SetUp() override {
    for (size_t i = 0; i < body_.size(); ++i) body_[i] = static_cast<char>(i * 7 + i / 251);
    S3World world = server->world();
    ref_.bucket = world.MakeBucket();
    store_ = NewS3Store(world.Options(), stop_);
    store_->Put(ref_, body_);
    SetLogLevel(LogLevel::kDebug);
    SetLogSink([this](std::string_view line) {
      std::lock_guard lock(mutex_);
      log_ += line;
    });
  }
  void TearDown() override {
    SetLogSink({});
    SetLogLevel(LogLevel::kWarning);
  }
  std::unique_ptr<ByteSource> Open(uint64_t parallel_above_bytes) {
    ReadObjectOptions options{parallel_above_bytes, 4 * kMiB,  0, 4, 50,
                              milliseconds(20),     seconds(1)};
    return ReadObject(*store_, ref_, pool_, options, stop_).bytes;
  }
  std::string ReadSome(ByteSource& source, size_t bytes) {
    std::string some(bytes, '\0');
    for (size_t got = 0; got < bytes;) got += source.Read(std::span(some).subspan(got));
    return some;
  }
  bool resumed() {
    std::lock_guard lock(mutex_);
    return log_.find("resuming") != std::string::npos;
  }

  static inline std::unique_ptr<S3Server> server;
  Stop stop_;
  BufferPool pool_{64 * kMiB};
  std::string body_ = std::string(40 * kMiB, '\0');
  ObjectRef ref_{"", "", "k", ""};
  std::unique_ptr<ObjectStore> store_;
  std::mutex mutex_;
  std::string log_;
};

TEST_F(S3OutageTest, ATransferGoesOnAfterTheGatewayWasKilled) {
  auto source = Open(kGiB);
  std::string read = ReadSome(*source, kMiB);
  server->KillGateway();
  server->StartGateway();
  read += ReadAll(*source, kMiB);
  EXPECT_TRUE(read == body_);
  EXPECT_TRUE(resumed());
}

TEST_F(S3OutageTest, SoDoParallelRanges) {
  auto source = Open(32 * kMiB);
  std::string read = ReadSome(*source, kMiB);
  std::thread outage([] {
    server->KillGateway();
    server->StartGateway();
  });
  read += ReadAll(*source, 100'000);
  outage.join();
  EXPECT_TRUE(read == body_);
}

TEST_F(S3OutageTest, AReaderThatWasCutOffForBeingSlowGoesOn) {
  auto source = Open(kGiB);
  std::string read = ReadSome(*source, kMiB);
  // The server's own timer; nothing tells when it has run out but the next bytes.
  stop_.SleepFor(seconds(5));
  read += ReadAll(*source, kMiB);
  EXPECT_TRUE(read == body_);
  EXPECT_TRUE(resumed());
}

TEST_F(S3OutageTest, EveryErrorPath) {
  auto source = Open(kGiB);
  std::string read = ReadSome(*source, kMiB);
  store_->Put(ref_, "changed");
  server->KillGateway();
  server->StartGateway();
  EXPECT_EQ(ErrorOf([&] { ReadAll(*source, kMiB); }).code(), "ObjectChanged");
  server->KillGateway();
  Error error = ErrorOf([&] { Open(kGiB); });
  server->StartGateway();
  EXPECT_EQ(error.code(), "Unreachable");
  EXPECT_EQ(error.retry(), Retry::kLater);
}

}  // namespace
}  // namespace sluice
