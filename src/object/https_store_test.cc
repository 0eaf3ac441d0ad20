#include "object/https_store.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "bytes/byte_source_testing.h"
#include "object/web_objects_testing.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

class HttpsStoreTest : public testing::Test {
 protected:
  void Serve(http::Imposter::Handler handler) {
    imposter_ = std::make_unique<http::Imposter>(std::move(handler));
  }
  void Serve(std::vector<http::ImposterReply> script) {
    imposter_ = std::make_unique<http::Imposter>(std::move(script));
  }
  void Open(const std::vector<std::string>& targets) {
    std::vector<std::string> urls;
    for (const std::string& target : targets) urls.push_back(imposter_->url() + target);
    store_ = NewHttpsStore(urls, options_, stop_);
  }
  ObjectRef Ref(const std::string& key) const { return {imposter_->url(), "", key, ""}; }
  std::string Read(const std::string& key) { return ReadAll(*store_->Open(Ref(key), {}).bytes); }
  template <class Call>
  static Error ErrorOf(Call call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.message().find("s3cr3t"), std::string::npos) << error.what();
      return error;
    }
    return Fault("none", "nothing was thrown");
  }
  Error ReadError() {
    return ErrorOf([&] { Read("/k"); });
  }

  Stop stop_;
  HttpsOptions options_{{}, 3, milliseconds(0), milliseconds(1)};
  std::unique_ptr<http::Imposter> imposter_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(HttpsStoreTest, SendsTheAddressAsGivenAndNothingOfAws) {
  Serve({{200, {}, "body"}});
  std::string target = "/a%20b/c+d?X-Amz-Signature=s3cr3t%2F&X-Amz-Expires=60";
  Open({target});
  EXPECT_EQ(Read("/a%20b/c+d"), "body");
  auto request = imposter_->requests().at(0);
  EXPECT_EQ(request.target, target);
  EXPECT_EQ(request.header("Authorization"), "");
  for (const auto& [name, value] : request.headers) EXPECT_EQ(name.find("X-Amz"), name.npos);
}

TEST_F(HttpsStoreTest, StatAsksForOneByteByGet) {
  Serve({{206, {{"Content-Range", "bytes 0-0/1234"}, {"ETag", "\"e\""}}, "x"}});
  Open({"/k?q=1"});
  ObjectStat stat = store_->Stat(Ref("/k"));
  EXPECT_EQ(stat.size_bytes, 1234u);
  EXPECT_EQ(stat.ref.etag, "e");
  EXPECT_EQ(imposter_->requests().at(0).method, "GET");
  EXPECT_EQ(imposter_->requests().at(0).header("Range"), "bytes=0-0");
}

TEST_F(HttpsStoreTest, AServerMayIgnoreARangeFromTheStart) {
  Serve({{200, {}, "0123456789"}});
  Open({"/k"});
  EXPECT_EQ(store_->Stat(Ref("/k")).size_bytes, 10u);
  EXPECT_EQ(ReadAll(*store_->Open(Ref("/k"), {0, 4}).bytes), "0123");
  EXPECT_EQ(ErrorOf([&] { store_->Open(Ref("/k"), {4, 4}); }).code(), "BadRange");
}

TEST_F(HttpsStoreTest, FollowsRedirectsWithinTheServerOnly) {
  Serve([](const http::ImposterRequest& request) -> http::ImposterReply {
    if (request.target == "/k") return {302, {{"Location", "/other?x=1"}}, ""};
    return {200, {}, "body of " + request.target};
  });
  Open({"/k"});
  EXPECT_EQ(Read("/k"), "body of /other?x=1");
}

TEST_F(HttpsStoreTest, RefusesRedirectsToAnotherHost) {
  http::Imposter other({{200, {}, "stolen"}});
  Serve([&](const http::ImposterRequest&) -> http::ImposterReply {
    return {302, {{"Location", other.url() + "/k"}}, ""};
  });
  Open({"/k?X-Amz-Signature=s3cr3t"});
  Error error = ReadError();
  EXPECT_EQ(error.code(), "RedirectRefused");
  EXPECT_EQ(error.retry(), Retry::kNever);
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(HttpsStoreTest, TriesAgainWhatMayPass) {
  Serve({{503, {}, ""}, {429, {}, ""}, {200, {}, "body"}});
  Open({"/k"});
  EXPECT_EQ(Read("/k"), "body");
}

TEST_F(HttpsStoreTest, AFaultOfOneAddressDoesNotHideTheOthers) {
  WebObjects objects;
  objects.Have("/a", "x");
  objects.Have("/b", "xyz");
  Serve([&](const auto& request) { return objects.Answer(request); });
  std::string good = std::string("?") + WebObjects::kPermission;
  Open({"/a?X-Amz-Signature=expired", "/b" + good, "/gone" + good});
  auto listed = store_->List("", "", "").objects;
  ASSERT_EQ(listed.size(), 3u);
  EXPECT_EQ(listed[1].size_bytes, 3u);
  EXPECT_EQ(listed[1].ref.key, "/b");
  Error error = ErrorOf([&] { Read("/a"); });
  EXPECT_EQ(error.code(), "AccessDenied");
  EXPECT_EQ(error.scope(), Scope::kObject);
  EXPECT_NE(error.remedy().find("expired"), std::string::npos);
}

TEST_F(HttpsStoreTest, EveryErrorPath) {
  auto bad = [&](std::vector<std::string> urls) {
    Error error = ErrorOf([&] { NewHttpsStore(urls, options_, stop_); });
    EXPECT_EQ(error.scope(), Scope::kRun);
    return error.code();
  };
  EXPECT_EQ(bad({"http://example.com/k?X-Amz-Signature=s3cr3t"}), "BadUrl");
  EXPECT_EQ(bad({"http://localhost.example.com/k"}), "BadUrl");
  EXPECT_EQ(bad({"ftp://example.com/k"}), "BadUrl");
  EXPECT_EQ(bad({"k"}), "BadUrl");
  EXPECT_EQ(bad({"https://example.com/k?a=s3cr3t1", "https://example.com/k?a=s3cr3t2"}), "BadUrl");

  http::ImposterReply unsized;
  unsized.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
  struct {
    http::ImposterReply reply;
    std::string code;
    Retry retry;
  } cases[] = {
      {{404, {}, "<html>no such page</html>"}, "NoSuchKey", Retry::kNever},
      {{403, {}, ""}, "AccessDenied", Retry::kNever},
      {{503, {}, ""}, "SlowDown", Retry::kLater},
      {{302, {}, ""}, "RedirectRefused", Retry::kNever},
      {{302, {{"Location", "/k"}}, ""}, "RedirectRefused", Retry::kNever},
      {{302, {{"Location", "ftp://x/"}}, ""}, "RedirectRefused", Retry::kNever},
      {{206, {}, "body"}, "BadRange", Retry::kLater},
      {unsized, "NoLength", Retry::kNever},
  };
  for (const auto& c : cases) {
    Serve({c.reply});
    Open({"/k?X-Amz-Signature=s3cr3t"});
    Error error = ReadError();
    EXPECT_EQ(error.code(), c.code) << error.what();
    EXPECT_EQ(error.retry(), c.retry) << error.what();
    EXPECT_EQ(error.scope(), Scope::kObject) << error.what();
  }
  EXPECT_EQ(ErrorOf([&] { Read("/unknown"); }).code(), "NoSuchKey");
}

}  // namespace
}  // namespace sluice
