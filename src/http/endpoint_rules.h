// Which servers a request may make this process call (server-side request forgery): host names must
// be listed, and the address that is really connected to must be a public one or lie in a listed
// range, whatever a name resolves to at that moment.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::http {

class EndpointRules {
 public:
  // Each is "HOST[:PORT]", "*.DOMAIN[:PORT]" (any name below it), an IP address or a range
  // "ADDRESS/BITS"; of IPv6 with a port, in brackets. Errors (kRun): "setting-invalid".
  static EndpointRules Parse(const std::vector<std::string>& allowed);

  // Errors (kNever, kRun): "endpoint-refused" for what is no http or https URL, or whose host is
  // not listed.
  void Check(const std::string& url) const;
  // Whether `address` (numeric) may be connected to by a request whose URL passed Check.
  bool AllowsAddress(std::string_view address) const;

 private:
  using Bytes = std::array<uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d
  struct Range {
    Bytes first;
    int bits;
  };
  struct Name {
    std::string host;  // lower case; of *.DOMAIN, ".domain"
    std::string port;  // empty: any
  };
  bool InRange(const Bytes& address) const;

  std::vector<Range> ranges_;
  std::vector<Name> names_;
};

// The error for an address that the rules refuse.
[[noreturn]] void ThrowEndpointRefused(const std::string& why);

}  // namespace sluice::http
