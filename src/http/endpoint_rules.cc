#include "http/endpoint_rules.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "http/url.h"

namespace sluice::http {
namespace {

using Bytes = std::array<uint8_t, 16>;
constexpr Bytes kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
constexpr int kMappedBits = 96;

std::optional<Bytes> ParseAddress(std::string_view text) {
  std::string address(text);
  Bytes bytes = kMapped;
  if (inet_pton(AF_INET, address.c_str(), bytes.data() + 12) == 1) return bytes;
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

bool HasPrefix(const Bytes& address, const Bytes& prefix, int bits) {
  int whole = bits / 8;
  if (std::memcmp(address.data(), prefix.data(), static_cast<size_t>(whole)) != 0) return false;
  if (bits % 8 == 0) return true;
  auto mask = static_cast<uint8_t>(0xff << (8 - bits % 8));
  return (address[whole] & mask) == (prefix[whole] & mask);
}

struct Special {
  const char* address;
  int bits;
};

// What is not the public internet: IANA's special-purpose registries (RFC 6890) and multicast. Of
// IPv6, all but global unicast; what carries an IPv4 address inside is not told apart and stays
// out.
constexpr Special kSpecial[] = {
    {"0.0.0.0", 8},      {"10.0.0.0", 8},     {"100.64.0.0", 10}, {"127.0.0.0", 8},
    {"169.254.0.0", 16}, {"172.16.0.0", 12},  {"192.0.0.0", 24},  {"192.0.2.0", 24},
    {"192.88.99.0", 24}, {"192.168.0.0", 16}, {"198.18.0.0", 15}, {"198.51.100.0", 24},
    {"203.0.113.0", 24}, {"224.0.0.0", 4},    {"240.0.0.0", 4},
};
constexpr Special kSpecialV6[] = {{"2001::", 23}, {"2001:db8::", 32}, {"2002::", 16}};
constexpr Special kGlobalV6 = {"2000::", 3};

bool IsIn(const Bytes& address, const Special& range, bool v4) {
  return HasPrefix(address, *ParseAddress(range.address), range.bits + (v4 ? kMappedBits : 0));
}

bool IsPublic(const Bytes& address) {
  if (HasPrefix(address, kMapped, kMappedBits)) {
    return std::ranges::none_of(kSpecial, [&](const auto& s) { return IsIn(address, s, true); });
  }
  return IsIn(address, kGlobalV6, false) &&
         std::ranges::none_of(kSpecialV6, [&](const auto& s) { return IsIn(address, s, false); });
}

std::string WithoutBrackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

std::string DefaultPort(const Url& url) {
  if (!url.port.empty()) return url.port;
  return url.scheme == "https" ? "443" : "80";
}

Error Invalid(const std::string& text) {
  return Fault("setting-invalid", "--allow cannot be '" + text + "'")
      .With(Scope::kRun)
      .Remedy("give HOST, HOST:PORT, *.DOMAIN, an IP address or a range such as 10.0.0.0/8");
}

bool IsName(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace

void ThrowEndpointRefused(const std::string& why) {
  throw Fault("endpoint-refused", why)
      .With(Scope::kRun)
      .Remedy("whoever runs the server may allow it: sluice serve --allow");
}

EndpointRules EndpointRules::Parse(const std::vector<std::string>& allowed) {
  EndpointRules rules;
  for (const std::string& text : allowed) {
    std::string_view rest = text;
    size_t slash = rest.find('/');
    auto address = ParseAddress(WithoutBrackets(rest.substr(0, slash)));
    if (address) {
      bool is_v4 = HasPrefix(*address, kMapped, kMappedBits);
      int bits = is_v4 ? 32 : 128;
      if (slash != rest.npos) {
        const char* end = text.data() + text.size();
        int most = bits;
        auto [stop, failed] = std::from_chars(text.data() + slash + 1, end, bits);
        if (failed != std::errc() || stop != end || bits < 0 || bits > most) throw Invalid(text);
      }
      rules.ranges_.push_back({*address, bits + (is_v4 ? kMappedBits : 0)});
      continue;
    }
    if (rest.starts_with("*.")) rest.remove_prefix(1);
    auto url =
        ParseUrl("http://" + std::string(rest.starts_with('.') ? "x" : "") + std::string(rest));
    if (!url || slash != rest.npos) throw Invalid(text);
    std::string host = url->host;
    if (rest.starts_with('.')) host.erase(0, 1);
    // An address with a port is a name that is an address; it needs its range besides.
    if (auto numeric = ParseAddress(WithoutBrackets(host))) {
      rules.ranges_.push_back({*numeric, 128});
    } else if (!IsName(host)) {
      throw Invalid(text);
    }
    rules.names_.push_back({host, url->port});
  }
  return rules;
}

bool EndpointRules::InRange(const Bytes& address) const {
  return std::ranges::any_of(
      ranges_, [&](const Range& range) { return HasPrefix(address, range.first, range.bits); });
}

void EndpointRules::Check(const std::string& text) const {
  auto url = ParseUrl(text);
  if (!url) ThrowEndpointRefused("the request names an endpoint that is no http or https URL");
  std::string port = DefaultPort(*url);
  bool named = std::ranges::any_of(names_, [&](const Name& name) {
    if (!name.port.empty() && name.port != port) return false;
    return name.host.starts_with('.') ? url->host.ends_with(name.host) : url->host == name.host;
  });
  if (named) return;
  // Without a port in the list, an address may be called by itself.
  auto numeric = ParseAddress(WithoutBrackets(url->host));
  bool with_port = numeric && std::ranges::any_of(
                                  names_, [&](const Name& name) { return name.host == url->host; });
  if (numeric && !with_port && InRange(*numeric)) return;
  ThrowEndpointRefused("requests may not make this server call " + url->host + " port " + port);
}

bool EndpointRules::AllowsAddress(std::string_view text) const {
  auto address = ParseAddress(text);
  return address && (IsPublic(*address) || InRange(*address));
}

}  // namespace sluice::http
