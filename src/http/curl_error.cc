#include "http/curl_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/unit.h"
#include "http/url.h"

namespace sluice::http {
namespace {

Error Passing(std::string code, std::string message) {
  return Error(Origin::kAws, std::move(code), std::move(message))
      .With(Retry::kLater)
      .Remedy("it is tried again; if it stays, look at the network and at the server's state");
}

Error BadReply(std::string_view server, std::string_view why) {
  return Passing("BadReply", fmt::format("{} did not answer in HTTP: {}", server, why));
}

Error Refused(std::string code, std::string message, std::string remedy) {
  return Error(Origin::kAws, std::move(code), std::move(message))
      .With(Retry::kNever)
      .With(Scope::kRun)
      .Remedy(std::move(remedy));
}

std::string ServerOf(std::string_view url) {
  auto parts = ParseUrl(url);
  return parts ? parts->origin() : Redact(url);
}

// A handshake that breaks off is a passing fault; one that is refused is not.
bool HandshakeBrokeOff(std::string_view detail) {
  constexpr std::string_view kSigns[] = {"SSL_ERROR_SYSCALL", "reset by peer", "unexpected eof"};
  return std::any_of(std::begin(kSigns), std::end(kSigns),
                     [&](std::string_view sign) { return detail.find(sign) != detail.npos; });
}

}  // namespace

Error ErrorOfCurl(CURLcode code, std::string_view detail, std::string_view url) {
  std::string server = ServerOf(url);
  std::string why(detail.empty() ? curl_easy_strerror(code) : detail);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Passing("ConnectTimeout", fmt::format("{} did not connect in time: {}", server, why));
    case CURLE_PARTIAL_FILE:
      return Passing("TruncatedBody",
                     fmt::format("{} ended its reply before the announced size: {}", server, why));
    case CURLE_SSL_CONNECT_ERROR:
      if (HandshakeBrokeOff(detail)) break;
      [[fallthrough]];
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return Refused("TlsError", fmt::format("no trusted connection to {}: {}", server, why),
                     "if the server has a CA of its own, name its certificate with --ca-bundle");
    case CURLE_UNSUPPORTED_PROTOCOL:
      // Curl's word for a reply without a status line, too.
      if (ParseUrl(url)) return BadReply(server, why);
      [[fallthrough]];
    case CURLE_URL_MALFORMAT:
      return Refused("BadUrl", fmt::format("{} is not a URL that can be called: {}", server, why),
                     "the address needs the form https://host[:port]/path");
    case CURLE_WRITE_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
      return BadReply(server, why);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return Passing("Unreachable", fmt::format("{} cannot be reached: {}", server, why));
    default:
      break;
  }
  return Passing("ConnectionFailed", fmt::format("the connection to {} failed: {}", server, why));
}

Error StalledError(std::string_view url, std::chrono::milliseconds waited, bool connected) {
  std::string server = ServerOf(url);
  std::string time = FormatSeconds(static_cast<double>(waited.count()) / 1000);
  if (!connected) {
    return Passing("ConnectTimeout", fmt::format("{} did not connect within {}", server, time));
  }
  return Passing("Stalled", fmt::format("{} sent nothing for {}", server, time));
}

}  // namespace sluice::http
