// HTTP/1.1 requests over libcurl, as plain values. Nothing here knows who is called, signs, or
// retries: one call is one attempt, but for one case. Connections are kept and reused, and where a
// kept one turns out to be dead before a byte of the answer came, libcurl sends the request again
// by itself, on a new one. Whoever must not be sent twice what may have arrived asks for a
// connection of its own ("Connection: close"). Redirects are never followed (the caller decides).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/stop.h"
#include "http/url.h"

namespace sluice::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string url;  // sent exactly as given (CURLOPT_PATH_AS_IS); the caller has encoded it
  Headers headers;
  std::string body;  // for PUT and POST
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
  // The header's value, names compared without case; nothing if absent.
  std::optional<std::string_view> header(std::string_view name) const;
};

struct Options {
  std::chrono::milliseconds connect_timeout{10000};  // 0: the system's own
  std::chrono::milliseconds read_timeout{30000};     // no byte for so long while waiting for one;
                                                     // 0: stall_max only
  std::chrono::milliseconds stall_max{300000};       // the limit that always applies
  std::string ca_bundle;                             // PEM file; empty: the system's store
  std::string user_agent = "sluice";
  // Which addresses (numeric) may be connected to; absent: all, and the environment's proxy is
  // used. What it refuses is an Error "endpoint-refused" (kNever, kRun).
  std::function<bool(std::string_view address)> may_connect = {};
};

// A reply whose body is pulled piece by piece.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;
  virtual const Response& head() const = 0;  // status and headers; body is empty
  // As ByteSource::Read. Errors: "Stalled", "TruncatedBody", "ConnectionFailed" (Origin::kAws,
  // kLater). Time in which nobody reads does not count against the read timeout.
  virtual size_t Read(std::span<char> into) = 0;
};

// Thread-safe. Errors of all calls: "ConnectTimeout", "Unreachable" (nothing was sent), "Stalled",
// "ConnectionFailed", "TruncatedBody", "BadReply" (not HTTP) (all kLater); "TlsError" (kNever,
// kRun: the certificate does not verify; see --ca-bundle); "BadUrl" (kNever, kRun); "interrupted".
class Client {
 public:
  virtual ~Client() = default;
  // The whole reply, its body at most `body_max` bytes (else Error "BodyTooLarge", kNever).
  virtual Response Send(Request request, size_t body_max) = 0;
  // Returns once the head is in. The stream must not outlive the client.
  virtual std::unique_ptr<ResponseStream> Open(Request request) = 0;
};

std::unique_ptr<Client> NewClient(const Options& options, const Stop& stop);

}  // namespace sluice::http
