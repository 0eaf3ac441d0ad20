// The S3 store against a server that errs: what is put right, what is tried again, and what is
// said.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>

#include "base/error.h"
#include "base/log.h"
#include "base/unit.h"
#include "bytes/byte_source_testing.h"
#include "http/imposter_testing.h"
#include "object/file_testing.h"
#include "object/read_object.h"
#include "object/s3_store.h"

namespace sluice {
namespace {

using http::ImposterReply;
using http::ImposterRequest;
using std::chrono::milliseconds;

ImposterReply Refuse(int status, const std::string& code, http::Headers headers = {}) {
  headers.emplace_back("Date", "Sat, 31 Jan 2026 23:59:59 GMT");
  return {status, std::move(headers), "<Error><Code>" + code + "</Code></Error>"};
}

ImposterReply Object(const std::string& body, const std::string& etag = "e1") {
  return {200, {{"ETag", "\"" + etag + "\""}}, body};
}

ImposterReply Part(const std::string& body, size_t first, size_t total,
                   const std::string& etag = "e1") {
  std::string range = "bytes " + std::to_string(first) + "-" +
                      std::to_string(first + body.size() - 1) + "/" + std::to_string(total);
  return {206, {{"ETag", "\"" + etag + "\""}, {"Content-Range", range}}, body};
}

ImposterReply CutAfter(ImposterReply reply, size_t bytes, bool reset = false) {
  reply.cut_after = bytes;
  reply.reset = reset;
  return reply;
}

class S3RecoveryTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.region = "us-east-1";
    options_.credentials = {"AKIDEXAMPLE", "s3cr3t", "", ""};
    options_.attempts_max = 3;
    options_.backoff_first = milliseconds(0);
    options_.backoff_cap = milliseconds(1);
    options_.http.read_timeout = milliseconds(5000);
    options_.environment = [](const char*) { return std::nullopt; };
    SetLogSink([this](std::string_view line) {
      std::lock_guard lock(mutex_);
      log_ += line;
    });
  }
  void TearDown() override {
    SetLogSink({});
    EXPECT_EQ(log_.find("s3cr3t"), std::string::npos);
  }
  template <class Behaviour>
  void Serve(Behaviour behaviour) {
    imposter_ = std::make_unique<http::Imposter>(std::move(behaviour));
    options_.endpoint = imposter_->url();
    store_ = NewS3Store(options_, stop_);
  }
  void Serve(std::vector<ImposterReply> script) {
    Serve<std::vector<ImposterReply>>(std::move(script));
  }
  std::string Read() {
    ReadObjectOptions options{kMiB, 64 * kKiB, 0, 4, 3, milliseconds(0), milliseconds(1)};
    return ReadAll(*ReadObject(*store_, ref_, pool_, options, stop_).bytes);
  }
  template <class Call>
  Error ErrorOf(Call call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.message().find("s3cr3t"), std::string::npos) << error.what();
      return error;
    }
    return Fault("none", "nothing was thrown");
  }
  Error ReadError() {
    return ErrorOf([this] { Read(); });
  }
  size_t requests() const { return imposter_->requests().size(); }

  const ObjectRef ref_{"", "b", "k", ""};
  Stop stop_;
  BufferPool pool_{kMiB};
  S3Options options_;
  std::mutex mutex_;
  std::string log_;
  std::unique_ptr<http::Imposter> imposter_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(S3RecoveryTest, TriesAgainWhenAskedToSlowDown) {
  Serve({Refuse(503, "SlowDown"), Refuse(500, "InternalError"), Object("body")});
  EXPECT_EQ(Read(), "body");
}

TEST_F(S3RecoveryTest, SignsEveryAttemptAnew) {
  Serve([](const ImposterRequest&) { return Refuse(503, "SlowDown"); });
  EXPECT_EQ(ReadError().code(), "SlowDown");
  EXPECT_EQ(requests(), 3u);
  for (const auto& request : imposter_->requests()) {
    EXPECT_NE(request.header("Authorization"), "");
    EXPECT_NE(request.header("X-Amz-Date"), "");
  }
}

TEST_F(S3RecoveryTest, ResumesAfterAResetATruncationAndAStall) {
  options_.http.read_timeout = milliseconds(300);
  ImposterReply stall = Part("789", 7, 10);
  stall.stall_after = 1;
  Serve({CutAfter(Object("0123456789"), 3, true), CutAfter(Part("3456789", 3, 10), 4), stall,
         Part("89", 8, 10)});
  EXPECT_EQ(Read(), "0123456789");
  auto requests = imposter_->requests();
  EXPECT_EQ(requests.at(3).header("Range"), "bytes=8-9");
  EXPECT_EQ(requests.at(3).header("If-Match"), "\"e1\"");
}

TEST_F(S3RecoveryTest, AConnectionCutBeforeTheHeadIsTriedAgain) {
  ImposterReply nothing;
  nothing.raw = "HTTP/1.1 20";
  Serve({nothing, Object("body")});
  EXPECT_EQ(Read(), "body");
}

TEST_F(S3RecoveryTest, ASlowDripIsReadToItsEnd) {
  options_.http.read_timeout = milliseconds(500);
  ImposterReply drip = Object(std::string(60, 'x'));
  drip.drip = milliseconds(10);
  Serve({drip});
  EXPECT_EQ(Read().size(), 60u);
  EXPECT_EQ(requests(), 1u);
}

TEST_F(S3RecoveryTest, AChangedObjectIsNotMixedWithTheOld) {
  Serve({CutAfter(Object("0123456789"), 3), Refuse(412, "PreconditionFailed")});
  Error error = ReadError();
  EXPECT_EQ(error.code(), "ObjectChanged");
  EXPECT_EQ(error.retry(), Retry::kNever);
  EXPECT_EQ(error.scope(), Scope::kObject);
}

TEST_F(S3RecoveryTest, NorWhenTheServerIgnoresTheCondition) {
  Serve({CutAfter(Object("0123456789"), 3), Part("3456789", 3, 10, "e2")});
  EXPECT_EQ(ReadError().code(), "ObjectChanged");
  Serve({CutAfter(Object("0123456789"), 3), Part("34567890", 3, 11)});
  EXPECT_NE(ReadError().code(), "none");
}

TEST_F(S3RecoveryTest, AWrongRangeIsNotTaken) {
  Serve({CutAfter(Object("0123456789"), 3), Part("456789", 4, 10), Part("3456789", 3, 10)});
  EXPECT_EQ(Read(), "0123456789");
  Serve({CutAfter(Object("0123456789"), 3), Object("0123456789")});
  EXPECT_EQ(ReadError().code(), "BadRange");
}

TEST_F(S3RecoveryTest, FollowsTheBucketToItsRegionOnceAndRemembers) {
  Serve([](const ImposterRequest& request) {
    bool right = request.header("Authorization").find("/eu-west-1/") != std::string::npos;
    return right ? Object("body")
                 : Refuse(301, "PermanentRedirect",
                          {{"x-amz-bucket-region", "eu-west-1"}, {"Location", "http://evil/"}});
  });
  EXPECT_EQ(Read(), "body");
  EXPECT_EQ(Read(), "body");
  EXPECT_EQ(requests(), 3u);
}

TEST_F(S3RecoveryTest, DoesNotRunInCirclesBetweenRegions) {
  std::atomic<int> asked{0};
  Serve([&](const ImposterRequest&) {
    return Refuse(307, "TemporaryRedirect",
                  {{"x-amz-bucket-region", "region-" + std::to_string(++asked)}});
  });
  EXPECT_EQ(ReadError().code(), "TemporaryRedirect");
  EXPECT_EQ(asked, 2);
}

TEST_F(S3RecoveryTest, NeverFollowsALocation) {
  http::Imposter other({{200, {}, "stolen"}});
  Serve({ImposterReply{307, {{"Location", other.url()}}, ""}});
  EXPECT_EQ(ReadError().code(), "TemporaryRedirect");
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(S3RecoveryTest, CorrectsTheClockOnceAndSaysSo) {
  Serve([](const ImposterRequest& request) {
    bool right = request.header("X-Amz-Date").starts_with("20260201T0000") ||
                 request.header("X-Amz-Date").starts_with("20260131T2359");
    return right ? Object("body") : Refuse(403, "RequestTimeTooSkewed");
  });
  EXPECT_EQ(Read(), "body");
  EXPECT_EQ(Read(), "body");
  EXPECT_EQ(requests(), 3u);
  EXPECT_NE(log_.find("clock"), std::string::npos);
}

TEST_F(S3RecoveryTest, AClockThatCannotBeCorrectedEndsTheRun) {
  Serve({Refuse(403, "RequestTimeTooSkewed")});
  Error error = ReadError();
  EXPECT_EQ(error.code(), "RequestTimeTooSkewed");
  EXPECT_EQ(error.scope(), Scope::kRun);
  EXPECT_EQ(requests(), 2u);
}

TEST_F(S3RecoveryTest, ReadsKeysAgainWhenTheyHaveExpired) {
  TestDirectory home;
  auto write = [&](const std::string& id) {
    home.Write("credentials", "[default]\naws_access_key_id=" + id +
                                  "\naws_secret_access_key=s\naws_session_token=t\n");
  };
  write("OLD");
  options_.credentials = {};
  options_.environment = [&](const char* name) -> std::optional<std::string> {
    if (std::string(name) == "AWS_SHARED_CREDENTIALS_FILE") return home.path() + "/credentials";
    return std::nullopt;
  };
  for (const char* code : {"ExpiredToken", "InvalidAccessKeyId"}) {
    write("OLD");
    Serve([&](const ImposterRequest& request) {
      bool fresh = request.header("Authorization").find("=NEW/") != std::string::npos;
      if (!fresh) write("NEW");
      return fresh ? Object("body") : Refuse(403, code);
    });
    EXPECT_EQ(Read(), "body");
    EXPECT_EQ(requests(), 2u);
  }
  write("OLD");
  Serve({Refuse(400, "ExpiredToken")});
  Error error = ReadError();
  EXPECT_EQ(error.code(), "ExpiredToken");
  EXPECT_EQ(error.scope(), Scope::kRun);
  EXPECT_EQ(requests(), 1u);
}

TEST_F(S3RecoveryTest, AnErrorInsideASuccessIsAnError) {
  Serve([](const ImposterRequest& request) {
    if (request.method == "HEAD") return Object("body");
    return ImposterReply{
        200, {}, "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>"};
  });
  auto copy = [this] { store_->Copy(ref_, {"", "b", "to", ""}); };
  EXPECT_EQ(ErrorOf(copy).code(), "InternalError");
  EXPECT_EQ(requests(), 4u) << "one look at the source, three attempts";
  Serve([](const ImposterRequest& request) {
    return request.method == "HEAD" ? Object("body") : ImposterReply{};
  });
  EXPECT_EQ(ErrorOf(copy).code(), "BadReply");
}

TEST_F(S3RecoveryTest, ARefusedHeadIsAskedForItsReason) {
  Serve([](const ImposterRequest&) { return Refuse(403, "InvalidAccessKeyId"); });
  EXPECT_EQ(ErrorOf([this] { store_->Stat(ref_); }).code(), "InvalidAccessKeyId");
  EXPECT_EQ(requests(), 2u);
}

TEST_F(S3RecoveryTest, TheBudgetEndsRetriesForAll) {
  Serve([](const ImposterRequest&) { return Refuse(503, "SlowDown"); });
  for (int i = 0; i < 60; ++i) ReadError();
  // 100 retries on top of the 60 first attempts.
  EXPECT_EQ(requests(), 160u);
}

TEST_F(S3RecoveryTest, AStopEndsTheWaitBetweenAttempts) {
  options_.backoff_first = options_.backoff_cap = std::chrono::hours(1);
  std::atomic<bool> asked{false};
  Serve([&](const ImposterRequest&) {
    asked = true;
    asked.notify_all();
    return Refuse(503, "SlowDown");
  });
  std::thread stopper([&] {
    asked.wait(false);
    stop_.Request();
  });
  EXPECT_EQ(ReadError().code(), "interrupted");
  stopper.join();
}

TEST_F(S3RecoveryTest, EveryErrorPath) {
  struct {
    ImposterReply reply;
    std::string code;
    Retry retry;
    Scope scope;
  } cases[] = {
      {Refuse(403, "AccessDenied"), "AccessDenied", Retry::kNever, Scope::kObject},
      {Refuse(403, "InvalidAccessKeyId"), "InvalidAccessKeyId", Retry::kNever, Scope::kRun},
      {Refuse(403, "SignatureDoesNotMatch"), "SignatureDoesNotMatch", Retry::kNever, Scope::kRun},
      {Refuse(404, "NoSuchBucket"), "NoSuchBucket", Retry::kNever, Scope::kRun},
      {Refuse(404, "NoSuchKey"), "NoSuchKey", Retry::kNever, Scope::kObject},
      {Refuse(503, "SlowDown"), "SlowDown", Retry::kLater, Scope::kObject},
      {{206, {}, "x"}, "BadRange", Retry::kLater, Scope::kObject},
  };
  for (const auto& c : cases) {
    Serve({c.reply});
    Error error = ReadError();
    EXPECT_EQ(error.code(), c.code);
    EXPECT_EQ(error.origin(), Origin::kAws);
    EXPECT_EQ(error.retry(), c.retry) << error.what();
    EXPECT_EQ(error.scope(), c.scope) << error.what();
    EXPECT_EQ(requests(), c.code == "SlowDown" ? 3u : 1u) << error.what();
  }
  Serve({Refuse(403, "AccessDenied")});
  EXPECT_EQ(ErrorOf([this] { store_->List("b", "", ""); }).scope(), Scope::kRun);
  Serve({ImposterReply{200, {}, "<html/>"}});
  EXPECT_EQ(ErrorOf([this] { store_->List("b", "", ""); }).code(), "BadListing");
  // Whether the kept connection breaks or a new one is refused, depends on which is noticed first.
  imposter_.reset();
  std::string code = ReadError().code();
  EXPECT_TRUE(code == "ConnectionFailed" || code == "Unreachable") << code;
  options_.credentials = {};
  store_ = NewS3Store(options_, stop_);
  EXPECT_EQ(ReadError().code(), "NoCredentials");
}

}  // namespace
}  // namespace sluice
