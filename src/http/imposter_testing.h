// A small HTTP server for tests that answers what it is told to, right or wrong: the faults that a
// real server does not make on demand. On loopback, a port of its own, its threads joined when it
// dies.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/client.h"

namespace sluice::http {

struct ImposterRequest {
  std::string method;
  std::string target;  // path and query, as sent
  Headers headers;
  std::string body;
  std::string header(std::string_view name) const;  // empty if absent
};

struct ImposterReply {
  int status = 200;
  Headers headers{};  // Content-Length is added, with the body's true length, unless it is here
  std::string body{};

  // Ends the connection after so many bytes of the body, in order or by a reset.
  std::optional<size_t> cut_after{};
  bool reset = false;
  // After so many bytes sends nothing more, and keeps the connection.
  std::optional<size_t> stall_after{};
  std::chrono::milliseconds drip{0};  // between single bytes of the body
  std::string raw{};                  // if set, exactly these bytes instead of all of the above
};

class Imposter {
 public:
  using Handler = std::function<ImposterReply(const ImposterRequest&)>;

  // `handler` is called from several threads.
  explicit Imposter(Handler handler);
  // Answers each request with the next reply, and from then on with the last one.
  explicit Imposter(std::vector<ImposterReply> script);
  ~Imposter();
  Imposter(const Imposter&) = delete;
  Imposter& operator=(const Imposter&) = delete;

  std::string url() const;  // "http://127.0.0.1:PORT"
  int port() const;
  std::vector<ImposterRequest> requests() const;
  int connections() const;  // accepted so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::http
