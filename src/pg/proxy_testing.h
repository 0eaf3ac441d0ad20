// A proxy on a loopback port in front of a PostgreSQL server, which cuts, swallows or delays bytes
// on demand. Each order holds from the moment the call returns, for all connections.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace sluice::pg {

class Proxy {
 public:
  // In front of the server that `url` names.
  explicit Proxy(const std::string& url);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  // The same database through the proxy.
  std::string url() const;
  int port() const { return port_; }

  // The client's bytes arrive, and when the server answers, both sides are cut off.
  void CutWhenServerSpeaks() { order_ = Order::kCutOnServer; }
  // When the client next speaks, both sides are cut off, and nothing arrives.
  void CutWhenClientSpeaks() { order_ = Order::kCutOnClient; }
  // The server's bytes vanish; the connections stay open.
  void SwallowFromServer() { order_ = Order::kSwallowFromServer; }
  // Nothing is read from either side any more: a host that vanished.
  void Freeze() { order_ = Order::kFreeze; }
  // The server's bytes come one by one, that far apart.
  void DelayEachServerByte(std::chrono::milliseconds delay);
  void Relax() { order_ = Order::kNone; }

 private:
  enum class Order { kNone, kCutOnServer, kCutOnClient, kSwallowFromServer, kFreeze, kTrickle };

  void Accept();
  void Relay(int client, int server);
  // False where the connection is to be cut.
  bool Pass(int from, int to, bool from_server);
  int ConnectToServer() const;

  std::string server_host_, server_port_, database_, user_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<Order> order_{Order::kNone};
  std::atomic<int> delay_ms_{0};
  std::vector<std::thread> relays_;
  std::thread acceptor_;
};

}  // namespace sluice::pg
