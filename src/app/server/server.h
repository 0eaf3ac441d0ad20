// The HTTP server: mounts routes on one port. One thread serves all sockets and never waits for
// anything else; handlers run in a few threads that may wait for the database. So silent, slow and
// many clients cost a file descriptor and some KiB each, and nobody a thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/stop.h"
#include "http/route.h"

namespace sluice {

// Who may pass. Called for every request in this order; each call may refuse by a reply.
class Guard {
 public:
  virtual ~Guard() = default;
  // In the thread of the sockets: what the head alone tells. `route` null: no such route.
  virtual std::optional<http::Reply> Screen(const http::Route* route,
                                            const http::RouteContext& context) = 0;
  // In a handler's thread, before the body is read: finds out who calls and sets context.caller.
  virtual std::optional<http::Reply> Admit(const http::Route& route,
                                           http::RouteContext& context) = 0;
  // Before and after a handler. Begin returns the number that End is told.
  virtual int64_t Begin(const http::Route& route, const http::RouteContext& context) = 0;
  virtual void End(int64_t number, const http::Reply& reply) = 0;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;                                         // 0: any that is free
  std::string tls_certificate_file = {}, tls_key_file = {};  // PEM; empty: plain HTTP
  std::chrono::milliseconds grace{30000};  // for what runs when a stop is requested
};

class ServerCore;

class Server {
 public:
  // Binds and listens; clients wait in the kernel's queue until Run. Errors (kRun):
  // "listen-failed", "tls-unusable".
  Server(const ServerOptions& options, std::vector<http::Route> routes, Guard& guard);
  ~Server();
  // Other routes. REQUIRES: before Run.
  void Mount(std::vector<http::Route> routes);
  uint16_t port() const;
  // Serves until `stop` is requested; then takes nothing new and returns when all replies are out,
  // or when the grace time is over. `overtime` is requested at its end, for handlers that wait.
  void Run(const Stop& stop, Stop& overtime);

 private:
  std::unique_ptr<ServerCore> core_;
};

}  // namespace sluice
