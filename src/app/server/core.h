// What all connections of one server share. Everything but Post's work happens in the thread of the
// sockets.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "app/server/router.h"
#include "app/server/server.h"

namespace sluice {

// A connection, as the server knows it.
class Session {
 public:
  virtual ~Session() = default;
  virtual void Start() = 0;
  // The server ends: whatever waits for the client's next request, or streams without end, ends
  // now.
  virtual void Drain() = 0;
};

class ServerCore {
 public:
  ServerCore(const ServerOptions& options, std::vector<http::Route> routes, Guard& guard);
  ~ServerCore();

  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void Mount(std::vector<http::Route> routes) { router_ = Router(std::move(routes)); }
  void Run(const Stop& stop, Stop& overtime);

  // Runs `work` in a handler's thread, then `then` in the thread of the sockets. False if too many
  // wait already.
  bool Post(std::function<void()> work, std::function<void()> then);
  void Enter(Session* session) { sessions_.insert(session); }
  void Leave(Session* session);

  const Router& router() const { return router_; }
  Guard& guard() { return guard_; }
  bool draining() const { return draining_; }

 private:
  void Accept();
  void OnAccept(boost::asio::ip::tcp::socket socket);
  void BeginDrain(Stop& overtime);

  const ServerOptions options_;
  Router router_;
  Guard& guard_;
  // Before io_: with it go the last sessions, which say good-bye here.
  std::set<Session*> sessions_;
  bool draining_ = false;
  bool gone_ = false;
  std::atomic<size_t> waiting_{0};
  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_{io_};
  std::optional<boost::asio::ssl::context> tls_;
  boost::asio::steady_timer accept_pause_{io_};
  boost::asio::steady_timer grace_{io_};
  boost::asio::thread_pool handlers_;
};

// Connections keep themselves alive until they end.
std::shared_ptr<Session> NewSession(ServerCore& core, boost::asio::ip::tcp::socket socket,
                                    boost::asio::ssl::context* tls);

}  // namespace sluice
