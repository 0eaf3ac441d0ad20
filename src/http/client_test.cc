#include "http/client.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "base/deadline.h"
#include "base/error.h"
#include "base/unit.h"
#include "http/imposter_testing.h"

namespace sluice::http {
namespace {

using std::chrono::milliseconds;

class ClientTest : public testing::Test {
 protected:
  void Serve(const Imposter::Handler& handler) { imposter_ = std::make_unique<Imposter>(handler); }
  void Serve(std::vector<ImposterReply> script) {
    imposter_ = std::make_unique<Imposter>(std::move(script));
  }
  Client& client() {
    if (!client_) client_ = NewClient(options_, stop_);
    return *client_;
  }
  Request Get(const std::string& target = "/") {
    return {"GET", imposter_->url() + target, {}, ""};
  }
  Response Send(const Request& request) { return client().Send(request, kMiB); }
  static std::string ReadAll(ResponseStream& stream, size_t step = 64 * kKiB) {
    std::string all, piece(step, '\0');
    while (size_t got = stream.Read(piece)) all.append(piece, 0, got);
    return all;
  }
  // The error of a call, or one with the code "none".
  template <class Call>
  static Error ErrorOf(Call call) {
    try {
      call();
    } catch (const Error& error) {
      return error;
    }
    return Fault("none", "nothing was thrown");
  }
  Error SendError(const Request& request) {
    return ErrorOf([&] { Send(request); });
  }

  Options options_{milliseconds(5000), milliseconds(5000), milliseconds(10000), "", "sluice"};
  Stop stop_;
  std::unique_ptr<Imposter> imposter_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, GivesStatusHeadersAndBody) {
  Serve({{404, {{"X-One", " a b "}, {"x-two", ""}}, "gone"}});
  Response response = Send(Get());
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "gone");
  EXPECT_EQ(response.header("x-one"), "a b");
  EXPECT_EQ(response.header("X-TWO"), "");
  EXPECT_EQ(response.header("x-three"), std::nullopt);
}

TEST_F(ClientTest, SendsTheUrlExactlyAsGiven) {
  Serve(std::vector<ImposterReply>{{}});
  std::string target = "/a//../b/./%2e%2E/c%20d+e?x=%2F&y&z==";
  Send(Get(target));
  EXPECT_EQ(imposter_->requests().at(0).target, target);
}

TEST_F(ClientTest, SendsMethodHeadersAndBodyAndNothingOfItsOwn) {
  Serve(std::vector<ImposterReply>{{}});
  std::string body("a\0b", 3);
  Send({"PUT", imposter_->url() + "/k", {{"X-A", "1"}, {"X-Empty", ""}}, body});
  Send({"PUT", imposter_->url() + "/k", {}, ""});
  Send({"DELETE", imposter_->url() + "/k", {}, ""});
  auto requests = imposter_->requests();
  EXPECT_EQ(requests[0].method, "PUT");
  EXPECT_EQ(requests[0].body, body);
  EXPECT_EQ(requests[0].header("X-A"), "1");
  EXPECT_EQ(requests[0].header("Expect"), "");
  EXPECT_EQ(requests[0].header("Content-Type"), "");
  EXPECT_EQ(requests[1].header("Content-Length"), "0");
  EXPECT_EQ(requests[2].method, "DELETE");
  EXPECT_EQ(requests[2].header("User-Agent"), "sluice");
}

TEST_F(ClientTest, HeadHasNoBodyButItsLength) {
  Serve({{200, {{"ETag", "\"e\""}}, std::string(1000, 'x')}});
  Response response = Send({"HEAD", imposter_->url() + "/", {}, ""});
  EXPECT_EQ(response.header("Content-Length"), "1000");
  EXPECT_EQ(response.body, "");
}

TEST_F(ClientTest, StreamsABodyInAnySteps) {
  std::string body;
  while (body.size() < 3 * kMiB) body += "line " + std::to_string(body.size()) + "\n";
  Serve([&](const ImposterRequest&) { return ImposterReply{200, {}, body}; });
  for (size_t step : {size_t{1000}, 64 * kKiB, 4 * kMiB}) {
    auto stream = client().Open(Get());
    EXPECT_EQ(stream->head().status, 200);
    EXPECT_TRUE(ReadAll(*stream, step) == body) << step;
    char byte;
    EXPECT_EQ(stream->Read({&byte, 1}), 0u);
  }
}

TEST_F(ClientTest, DoesNotFetchWhatNobodyReads) {
  std::string body(64 * kMiB, 'x');
  Serve([&](const ImposterRequest&) { return ImposterReply{200, {}, body}; });
  auto stream = client().Open(Get());
  char piece[10];
  EXPECT_EQ(stream->Read(piece), 10u);
  // The server cannot get rid of more than the socket's buffers hold: its thread is in this reply
  // still.
  stream.reset();
  EXPECT_EQ(imposter_->requests().size(), 1u);
}

TEST_F(ClientTest, ReusesConnectionsAcrossThreads) {
  Serve({{200, {}, "x"}});
  Send(Get());
  for (int i = 0; i < 3; ++i) std::thread([&] { Send(Get()); }).join();
  EXPECT_EQ(imposter_->requests().size(), 4u);
  EXPECT_EQ(imposter_->connections(), 1);
}

TEST_F(ClientTest, AbandoningAStreamEndsOnlyItsConnection) {
  Serve([](const ImposterRequest& request) {
    return ImposterReply{200, {}, std::string(request.target == "/big" ? 64 * kMiB : 10, 'x')};
  });
  auto big = client().Open(Get("/big"));
  Send(Get());
  EXPECT_EQ(imposter_->connections(), 2);
  big.reset();
  Send(Get());
  Send(Get());
  EXPECT_LE(imposter_->connections(), 3);
}

TEST_F(ClientTest, WhatArrivesAfterTheLastReadIsWrittenNowhere) {
  Serve({{.body = std::string(1000, 'x'), .drip = milliseconds(1)}});
  auto stream = client().Open(Get());
  // The first bytes came with the head; a later Read has some written to its place.
  char piece[1000];
  stream->Read(piece);
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_GT(stream->Read(piece), 0u);
  std::this_thread::sleep_for(milliseconds(50));
  stream.reset();
}

TEST_F(ClientTest, WhatArrivesAfterAReadThatThrewIsWrittenNowhere) {
  Serve({{.body = std::string(1000, 'x'), .drip = milliseconds(1)}});
  auto stream = client().Open(Get());
  stop_.Request();
  std::string place(2000, '.');
  EXPECT_EQ(ErrorOf([&] {
              while (stream->Read(place) > 0) place.assign(2000, '.');
            }).code(),
            "interrupted");
  std::this_thread::sleep_for(milliseconds(50));
  stream.reset();
  EXPECT_EQ(place, std::string(2000, '.'));
}

TEST_F(ClientTest, ReadingExactlyToTheEndKeepsTheConnection) {
  Serve({{200, {}, std::string(1000, 'x')}});
  for (int i = 0; i < 3; ++i) {
    auto stream = client().Open(Get());
    std::string piece(1000, '\0');
    for (size_t got = 0; got < 1000;) got += stream->Read(std::span(piece).subspan(got));
  }
  EXPECT_EQ(imposter_->connections(), 1);
}

TEST_F(ClientTest, AClosedIdleConnectionIsReplacedUnseen) {
  Serve({{200, {}, "first"}, {200, {{"Connection", "close"}}, "last"}, {200, {}, "again"}});
  EXPECT_EQ(Send(Get()).body, "first");
  EXPECT_EQ(Send(Get()).body, "last");
  EXPECT_EQ(Send(Get()).body, "again");
}

TEST_F(ClientTest, DoesNotFollowRedirects) {
  Serve({{302, {{"Location", "http://127.0.0.1:1/"}}, ""}});
  EXPECT_EQ(Send(Get()).status, 302);
}

TEST_F(ClientTest, TimeInWhichNobodyReadsIsNotTheServers) {
  options_.read_timeout = milliseconds(500);
  Serve({{200, {}, std::string(4 * kMiB, 'x')}});
  auto stream = client().Open(Get());
  EXPECT_FALSE(stop_.SleepFor(milliseconds(700)));
  EXPECT_EQ(ReadAll(*stream).size(), 4 * kMiB);
}

TEST_F(ClientTest, ASlowDripIsNoStall) {
  options_.read_timeout = milliseconds(500);
  ImposterReply drip{200, {}, std::string(60, 'x')};
  drip.drip = milliseconds(10);
  Serve({drip});
  EXPECT_EQ(Send(Get()).body.size(), 60u);
}

TEST_F(ClientTest, AStopEndsAWait) {
  ImposterReply stall{200, {}, "xx"};
  stall.stall_after = 1;
  Serve({stall});
  auto stream = client().Open(Get());
  char byte;
  EXPECT_EQ(stream->Read({&byte, 1}), 1u);
  std::thread stopper([&] { stop_.Request(); });
  EXPECT_EQ(ErrorOf([&] { ReadAll(*stream); }).code(), "interrupted");
  stopper.join();
}

TEST_F(ClientTest, ConnectsOnlyWhereItMay) {
  Serve({{200, {}, "in"}});
  std::string asked;
  bool allowed = false;
  options_.may_connect = [&](std::string_view address) {
    asked += std::string(address) + " ";
    return allowed;
  };
  Request request = Get();
  request.url = "http://localhost:" + std::to_string(imposter_->port()) + "/";
  Error error = SendError(request);
  EXPECT_EQ(error.code(), "endpoint-refused");
  EXPECT_EQ(error.retry(), Retry::kNever);
  EXPECT_EQ(imposter_->connections(), 0);
  EXPECT_NE(asked.find("127.0.0.1 "), std::string::npos) << asked;
  allowed = true;
  EXPECT_EQ(Send(request).body, "in");
}

TEST_F(ClientTest, EveryErrorPath) {
  std::string big(1000, 'x');
  ImposterReply cut{200, {}, big}, reset = cut, stall = cut, silent, none;
  cut.cut_after = 500;
  reset.cut_after = 500;
  reset.reset = true;
  stall.stall_after = 500;
  silent.raw = " ";
  none.raw = "I am a teapot\r\n\r\n";
  ImposterReply chunked;
  chunked.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
  ImposterReply endless;
  endless.raw = "HTTP/1.1 200 OK\r\nX: " + std::string(70 * kKiB, 'x') + "\r\n\r\n";

  struct {
    ImposterReply reply;
    std::string code;
  } cases[] = {{cut, "TruncatedBody"}, {chunked, "TruncatedBody"}, {reset, "ConnectionFailed"},
               {stall, "Stalled"},     {none, "BadReply"},         {endless, "BadReply"}};
  for (const auto& c : cases) {
    Serve({c.reply});
    // Short only where it is to run out: a busy machine may be late with any of the others.
    options_.read_timeout = milliseconds(c.code == "Stalled" ? 100 : 5000);
    client_ = NewClient(options_, stop_);
    Error error = SendError(Get("/?secret=1"));
    EXPECT_EQ(error.code(), c.code) << error.what();
    EXPECT_EQ(error.retry(), Retry::kLater);
    EXPECT_EQ(error.origin(), Origin::kAws);
    EXPECT_EQ(error.message().find("secret"), std::string::npos) << error.what();
  }

  Serve({{200, {}, big}});
  EXPECT_EQ(ErrorOf([&] { client().Send(Get(), 999); }).code(), "BodyTooLarge");
  Request nowhere{"GET", imposter_->url(), {}, ""};
  imposter_.reset();
  EXPECT_EQ(SendError(nowhere).code(), "Unreachable");
  EXPECT_EQ(SendError({"GET", "http://no-such-host.invalid/", {}, ""}).code(), "Unreachable");
  for (const char* url : {"ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a b/"}) {
    Error error = SendError({"GET", url, {}, ""});
    EXPECT_EQ(error.code(), "BadUrl") << url;
    EXPECT_EQ(error.scope(), Scope::kRun);
  }
  stop_.Request();
  EXPECT_EQ(SendError(nowhere).code(), "interrupted");
}

}  // namespace
}  // namespace sluice::http
