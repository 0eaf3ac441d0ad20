#include "app/server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/server/raw_client_testing.h"
#include "app/server/reply.h"
#include "http/client.h"

namespace sluice {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Lets everybody pass but to /closed.
class OpenGuard : public Guard {
 public:
  std::optional<http::Reply> Screen(const http::Route*, const http::RouteContext&) override {
    return std::nullopt;
  }
  std::optional<http::Reply> Admit(const http::Route& route, http::RouteContext&) override {
    if (route.pattern != "/closed") return std::nullopt;
    return ErrorReply(Fault("forbidden", "not you"));
  }
  int64_t Begin(const http::Route&, const http::RouteContext&) override { return ++begun_; }
  void End(int64_t number, const http::Reply&) override { ended_ += number == begun_ ? 1 : 0; }

  std::atomic<int64_t> begun_{0}, ended_{0};
};

class Counting : public http::ReplyStream {
 public:
  explicit Counting(bool breaks) : breaks_(breaks) {}
  Piece Next() override {
    if (++count_ == 3 && breaks_) throw Fault("internal", "broken");
    return {std::to_string(count_) + ";", std::chrono::milliseconds(1), count_ == 3};
  }

 private:
  bool breaks_;
  int count_ = 0;
};

class Measure : public http::Upload {
 public:
  void Take(std::string_view piece) override {
    bytes_ += piece.size();
    ++pieces_;
  }
  http::Reply Finish() override {
    return JsonReply(std::to_string(bytes_) + " in " + std::to_string(pieces_));
  }

 private:
  size_t bytes_ = 0, pieces_ = 0;
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest()
      : server_({}, Routes(), guard_), thread_([this] { server_.Run(stop_, overtime_); }) {}
  ~ServerTest() override { End(); }

  void End() {
    stop_.Request();
    OpenDoor();
    if (thread_.joinable()) thread_.join();
  }

  void OpenDoor() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

  std::vector<http::Route> Routes() {
    std::vector<http::Route> routes;
    auto add = [&](std::string method, std::string pattern, auto handle) {
      routes.push_back({.method = std::move(method),
                        .pattern = std::move(pattern),
                        .doc = {},
                        .handle = handle});
    };
    using Context = const http::RouteContext&;
    add("GET", "/hello", [](Context) { return JsonReply("\"hello\""); });
    add("POST", "/echo", [](Context context) { return JsonReply(context.body); });
    add("POST", "/closed", [](Context) { return JsonReply("never"); });
    add("GET", "/fault",
        [](Context) -> http::Reply { throw Fault("import-unknown", "there is no import 7"); });
    add("GET", "/bug", [](Context) -> http::Reply { throw std::runtime_error("ouch"); });
    for (bool breaks : {false, true}) {
      add("GET", breaks ? "/broken" : "/stream", [breaks](Context) {
        http::Reply reply;
        reply.stream = std::make_unique<Counting>(breaks);
        return reply;
      });
    }
    add("GET", "/door", [this](Context) {
      std::unique_lock lock(mutex_);
      at_door_ = true;
      changed_.notify_all();
      changed_.wait(lock, [&] { return open_; });
      return JsonReply("\"through\"");
    });
    routes.push_back({.method = "POST",
                      .pattern = "/upload",
                      .doc = {},
                      .upload = [](Context) { return std::make_unique<Measure>(); },
                      .body_max = 8 << 20});
    routes.push_back({.method = "GET",
                      .pattern = "/now",
                      .doc = {},
                      .handle = [](Context) { return JsonReply("\"now\""); },
                      .immediate = true});
    for (http::Route& route : routes) {
      bool is_large = route.upload || route.pattern == "/closed";
      if (!is_large) route.body_max = 100;
    }
    return routes;
  }

  // One request on a connection of its own, and all that comes back.
  std::string Ask(std::string_view bytes) {
    RawClient client(server_.port());
    client.Send(bytes);
    return client.ReadAll();
  }
  std::string Get(const std::string& path) {
    return Ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  std::string Post(const std::string& path, const std::string& body) {
    return Ask("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  OpenGuard guard_;
  Stop stop_, overtime_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false, at_door_ = false;
  Server server_;
  std::thread thread_;
};

TEST_F(ServerTest, AnswersARequest) {
  std::string reply = Get("/hello");
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Type: application/json\r\nContent-Length: 7\r\n"));
  EXPECT_THAT(reply, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n\"hello\""));
}

TEST_F(ServerTest, KeepsAConnectionForTheNextRequest) {
  RawClient client(server_.port());
  for (int i = 0; i < 3; ++i) {
    client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.ReadUntil("\"hello\""), StartsWith("HTTP/1.1 200"));
  }
}

TEST_F(ServerTest, AnswersRequestsSentAtOnceInTheirOrder) {
  std::string reply =
      Ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n[1]"
          "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_LT(reply.find("[1]"), reply.find("\"hello\""));
  EXPECT_THAT(reply, EndsWith("\"hello\""));
}

TEST_F(ServerTest, LeavesTheBodyOutForHead) {
  std::string reply = Ask("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, HandsTheBodyOver) {
  EXPECT_THAT(Post("/echo", "[1,2]"), EndsWith("\r\n\r\n[1,2]"));
  EXPECT_THAT(Ask("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"),
              EndsWith("\r\n\r\n[1,2]"));
}

TEST_F(ServerTest, StreamsAnUploadInPieces) {
  EXPECT_THAT(Post("/upload", std::string((5 << 20) + 7, 'x')), EndsWith("5242887 in 6"));
  EXPECT_THAT(Post("/upload", ""), EndsWith("0 in 0"));
}

TEST_F(ServerTest, SaysContinueToAClientThatAsks) {
  RawClient client(server_.port());
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
      "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("[]");
  EXPECT_THAT(client.ReadAll(), EndsWith("\r\n\r\n[]"));
}

TEST_F(ServerTest, SendsAStreamInChunks) {
  EXPECT_THAT(Get("/stream"), EndsWith("\r\n\r\n2\r\n1;\r\n2\r\n2;\r\n2\r\n3;\r\n0\r\n\r\n"));
  // HTTP/1.0 knows no chunks: the connection's end is the body's.
  EXPECT_THAT(Ask("GET /stream HTTP/1.0\r\n\r\n"), EndsWith("\r\n\r\n1;2;3;"));
}

TEST_F(ServerTest, CutsAStreamThatBreaks) {
  std::string reply = Get("/broken");
  EXPECT_THAT(reply, EndsWith("2\r\n2;\r\n"));
}

TEST_F(ServerTest, TellsTheGuardOfEachCallAndItsEnd) {
  Get("/hello");
  Post("/upload", "x");
  Get("/fault");
  EXPECT_EQ(guard_.begun_, 3);
  EXPECT_EQ(guard_.ended_, 3);
}

TEST_F(ServerTest, AnswersAtOnceWhileAllHandlersWait) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_.port()));
    clients.back()->Send("GET /door HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return at_door_; });
  lock.unlock();
  EXPECT_THAT(Get("/now"), EndsWith("\"now\""));
  OpenDoor();
  for (auto& client : clients)
    EXPECT_THAT(client->ReadUntil("\"through\""), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, AnswersAmongManySilentConnections) {
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 300; ++i) silent.push_back(std::make_unique<RawClient>(server_.port()));
  EXPECT_THAT(Get("/hello"), EndsWith("\"hello\""));
}

TEST_F(ServerTest, LetsWhatRunsEndWhenItIsStopped) {
  RawClient running(server_.port());
  running.Send("GET /door HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient idle(server_.port());
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return at_door_; });
  lock.unlock();
  stop_.Request();
  EXPECT_EQ(idle.ReadAll(), "");
  EXPECT_FALSE(overtime_.requested());
  OpenDoor();
  EXPECT_THAT(running.ReadAll(), EndsWith("\"through\""));
  thread_.join();
}

TEST_F(ServerTest, RefusesBeforeItReadsTheBody) {
  EXPECT_THAT(Post("/closed", std::string(1 << 20, 'x')), StartsWith("HTTP/1.1 403 "));
}

TEST_F(ServerTest, RefusesABodyThatIsTooLarge) {
  EXPECT_THAT(Post("/echo", std::string(101, ' ')), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                  std::string(101, ' ') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Post("/upload", std::string(9 << 20, ' ')), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, TurnsErrorsIntoStatusesWithAMessage) {
  EXPECT_THAT(Get("/fault"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Get("/fault"), HasSubstr(R"("message":"there is no import 7")"));
  EXPECT_THAT(Get("/bug"), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(Get("/nowhere"), StartsWith("HTTP/1.1 404 "));
  std::string reply = Post("/hello", "");
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(reply, HasSubstr("Allow: GET\r\n"));
}

TEST_F(ServerTest, RefusesWhatIsNoRequest) {
  EXPECT_THAT(Ask("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Ask("GET /hello HTTP/1.1\r\nX: " + std::string(20000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  // Two lengths of one body are how requests are smuggled past a proxy (RFC 9112, 6.3).
  EXPECT_THAT(Ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST(ServerErrors, SayWhyItCannotListen) {
  OpenGuard guard;
  Server first({}, {}, guard);
  EXPECT_THROW(Server({.port = first.port()}, {}, guard), Error);
  EXPECT_THROW(Server({.address = "203.0.113.1"}, {}, guard), Error);
  EXPECT_THROW(Server({.tls_certificate_file = "/nowhere", .tls_key_file = "/nowhere"}, {}, guard),
               Error);
}

}  // namespace
}  // namespace sluice
