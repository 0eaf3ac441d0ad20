#include "pg/proxy_testing.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/check.h"

namespace sluice::pg {
namespace {

// How often the threads look whether the proxy ends or has new orders.
constexpr int kLookMs = 20;

bool SendAll(int to, const char* data, size_t size) {
  while (size > 0) {
    ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

}  // namespace

Proxy::Proxy(const std::string& url) {
  PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
  CHECK(options);
  for (PQconninfoOption* option = options; option->keyword; ++option) {
    std::string_view keyword = option->keyword;
    std::string value = option->val ? option->val : "";
    if (keyword == "host") server_host_ = value;
    if (keyword == "port") server_port_ = value.empty() ? "5432" : value;
    if (keyword == "dbname") database_ = value;
    if (keyword == "user") user_ = value;
  }
  PQconninfoFree(options);

  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(listen(listener_, 16) == 0);
  CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

Proxy::~Proxy() {
  ending_ = true;
  acceptor_.join();
  for (std::thread& relay : relays_) relay.join();
  close(listener_);
}

std::string Proxy::url() const {
  return fmt::format("host=127.0.0.1 port={} dbname={} user={} sslmode=disable", port_, database_,
                     user_);
}

void Proxy::DelayEachServerByte(std::chrono::milliseconds delay) {
  delay_ms_ = static_cast<int>(delay.count());
  order_ = Order::kTrickle;
}

void Proxy::Accept() {
  while (!ending_) {
    pollfd wait{listener_, POLLIN, 0};
    if (poll(&wait, 1, kLookMs) <= 0) continue;
    int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    int server = ConnectToServer();
    relays_.emplace_back([this, client, server] { Relay(client, server); });
  }
}

int Proxy::ConnectToServer() const {
  int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(server_host_.starts_with("/"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::string path =
      fmt::format("{}/.s.PGSQL.{}", server_host_, server_port_.empty() ? "5432" : server_port_);
  CHECK(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  CHECK(connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return server;
}

void Proxy::Relay(int client, int server) {
  while (!ending_) {
    if (order_ == Order::kFreeze) {
      poll(nullptr, 0, kLookMs);
      continue;
    }
    pollfd wait[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (poll(wait, 2, kLookMs) <= 0) continue;
    if (wait[0].revents && !Pass(client, server, false)) break;
    if (wait[1].revents && !Pass(server, client, true)) break;
  }
  close(client);
  close(server);
}

bool Proxy::Pass(int from, int to, bool from_server) {
  Order order = order_;
  if (order == (from_server ? Order::kCutOnServer : Order::kCutOnClient)) return false;
  char buffer[65536];
  ssize_t size = recv(from, buffer, sizeof buffer, 0);
  if (size <= 0) return false;
  if (!from_server || order == Order::kNone) return SendAll(to, buffer, static_cast<size_t>(size));
  if (order == Order::kSwallowFromServer) return true;
  for (ssize_t i = 0; i < size; ++i) {
    if (order == Order::kTrickle) poll(nullptr, 0, delay_ms_);
    if (!SendAll(to, buffer + i, 1)) return false;
  }
  return true;
}

}  // namespace sluice::pg
