#include "app/server/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "app/server/limits.h"
#include "app/server/reply.h"
#include "base/digest.h"
#include "http/url.h"
#include "object/uri.h"
#include "record/utf8.h"

namespace sluice {
namespace {

constexpr std::string_view kCookie = "sluice_session";

bool IsSafe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The Host header's URL; nothing if there is none, or more than one.
std::optional<http::Url> HostOf(const http::RouteContext& context) {
  int hosts = 0;
  for (const auto& [name, value] : context.headers) hosts += Lower(name) == "host" ? 1 : 0;
  if (hosts != 1) return std::nullopt;
  return http::ParseUrl("http://" + std::string(*context.header("Host")));
}

bool IsAddress(std::string_view host) {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// A browser says which page a request comes from; programs say nothing.
bool IsCrossSite(const http::RouteContext& context) {
  auto site = context.header("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none") return true;
  auto origin = context.header("Origin");
  if (!origin) return false;
  auto url = http::ParseUrl(*origin);
  auto host = HostOf(context);
  return !url || !host || url->host != host->host || url->port != host->port;
}

bool HasBody(const http::RouteContext& context) {
  auto length = context.header("Content-Length");
  return (length && *length != "0") || context.header("Transfer-Encoding").has_value();
}

Error ContentType(const http::Route& route) {
  return Fault("content-type", "this address does not take a body of that content type")
      .Remedy(fmt::format("send Content-Type: {}", fmt::join(route.content_types, " or ")));
}

int Base64Digit(char c) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t at = kDigits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// Empty for what is no base64.
std::string Base64Decoded(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  unsigned bits = 0;
  int have = 0;
  for (char c : text) {
    int digit = Base64Digit(c);
    if (digit < 0) return "";
    bits = bits << 6 | static_cast<unsigned>(digit);
    have += 6;
    if (have >= 8) {
      have -= 8;
      bytes += static_cast<char>(bits >> have & 0xff);
    }
  }
  return bytes;
}

http::Reply ToLogin(const http::RouteContext& context) {
  http::Reply reply{.status = 303, .body = ""};
  reply.headers.emplace_back("Location", "/login?next=" + EncodeUri(context.path));
  return reply;
}

// Comparing takes the same time wherever the texts differ.
bool SameSecret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

}  // namespace

std::string SessionCookie(const http::RouteContext& context) {
  for (const auto& [name, value] : context.headers) {
    if (Lower(name) != "cookie") continue;
    for (std::string_view rest = value; !rest.empty();) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      pair = Trimmed(pair);
      size_t equals = pair.find('=');
      if (pair.substr(0, equals) == kCookie && equals != pair.npos) {
        return std::string(pair.substr(equals + 1));
      }
    }
  }
  return "";
}

std::string CsrfToken(const std::string& cookie) { return Hex(Sha256("csrf:" + cookie)); }

bool Gate::IsKnownHost(const http::RouteContext& context) const {
  auto url = HostOf(context);
  if (!url) return false;
  return url->host == "localhost" || IsAddress(url->host) || options_.hosts.contains(url->host);
}

std::optional<http::Reply> Gate::Screen(const http::Route* route,
                                        const http::RouteContext& context) {
  // Probes ask by whatever name they have, and learn nothing.
  if (route != nullptr && route->immediate) return std::nullopt;
  // A page elsewhere could give its own name this server's address (DNS rebinding).
  if (!IsKnownHost(context)) {
    return ErrorReply(Fault("host-refused", "the server is not known by that name")
                          .Remedy("whoever runs it may allow the name: sluice serve --host NAME"));
  }
  if (route == nullptr || IsSafe(context.method)) return std::nullopt;
  // The audit could not hold it.
  if (!IsUtf8(context.path) || context.path.find('\0') != std::string::npos) {
    return ErrorReply(Fault("address-invalid", "the address is not UTF-8")
                          .With(Scope::kRun)
                          .Remedy("percent-encode the bytes of UTF-8 text"));
  }
  if (IsCrossSite(context)) {
    return ErrorReply(Fault("cross-site", "a page of another site may not change anything here"));
  }
  if (!HasBody(context)) return std::nullopt;
  std::string_view type = context.header("Content-Type").value_or("");
  std::string plain = Lower(Trimmed(type.substr(0, type.find(';'))));
  if (std::ranges::find(route->content_types, plain) != route->content_types.end()) {
    return std::nullopt;
  }
  return ErrorReply(ContentType(*route));
}

http::Caller Gate::Lookup(bool is_cookie, const std::string& secret) {
  std::string key = (is_cookie ? "cookie:" : "key:") + Hex(Sha256(secret));
  Clock::time_point now = Clock::now();
  {
    std::lock_guard lock(mutex_);
    std::erase_if(remembered_, [&](const auto& entry) { return entry.second.until < now; });
    if (auto found = remembered_.find(key); found != remembered_.end()) {
      return found->second.caller;
    }
  }
  auto session = ledger_.Take();
  auto holder = is_cookie ? FindSessionHolder(*session, secret) : FindTokenHolder(*session, secret);
  if (!holder) return {};
  http::Caller caller{.user = holder->user,
                      .name = holder->name,
                      .role = http::ParseRole(holder->role).value_or(http::Role::kAnyone),
                      .token = holder->token};
  std::lock_guard lock(mutex_);
  remembered_[key] = {caller, now + server_limits::kCallerRemembered};
  return caller;
}

http::Caller Gate::Identify(const http::Route& route, const http::RouteContext& context) {
  if (options_.no_auth) return {.user = 0, .name = "local", .role = http::Role::kAdmin};
  if (!route.key_parameter.empty()) {
    return Lookup(false, context.parameter(route.key_parameter));
  }
  std::string_view given = context.header("Authorization").value_or("");
  if (given.empty()) {
    std::string cookie = SessionCookie(context);
    return cookie.empty() ? http::Caller{} : Lookup(true, cookie);
  }
  size_t blank = given.find(' ');
  std::string scheme = Lower(given.substr(0, blank));
  std::string value(blank == given.npos ? "" : Trimmed(given.substr(blank)));
  if (scheme == "bearer" || scheme == "token") return Lookup(false, value);
  if (scheme != "basic" || !route.basic) return {};
  std::string pair = Base64Decoded(value);
  size_t colon = pair.find(':');
  if (colon == std::string::npos) return {};
  http::Caller caller = Lookup(false, pair.substr(colon + 1));
  return caller.name == pair.substr(0, colon) ? caller : http::Caller{};
}

std::optional<http::Reply> Gate::Admit(const http::Route& route, http::RouteContext& context) {
  context.caller = Identify(route, context);
  if (route.role == http::Role::kAnyone) return std::nullopt;
  if (context.caller.role == http::Role::kAnyone && route.page) return ToLogin(context);
  if (context.caller.role == http::Role::kAnyone) {
    return ErrorReply(Fault("unauthenticated", "this needs a valid key")
                          .Remedy("send Authorization: Bearer KEY; `sluice tokens create` makes "
                                  "one"));
  }
  if (context.caller.role < route.role) {
    return ErrorReply(Fault("forbidden", fmt::format("this needs the role {}, and {} has {}",
                                                     ToString(route.role), context.caller.name,
                                                     ToString(context.caller.role)))
                          .Remedy("an admin can change roles: sluice users"));
  }
  bool by_cookie =
      !options_.no_auth && !context.header("Authorization") && route.key_parameter.empty();
  if (by_cookie && !IsSafe(context.method)) {
    auto sent = context.header("X-CSRF-Token").value_or("");
    if (!SameSecret(sent, CsrfToken(SessionCookie(context)))) {
      return ErrorReply(Fault("cross-site", "the page did not prove that it is one of ours")
                            .Remedy("send X-CSRF-Token as GET /session tells it"));
    }
  }
  return std::nullopt;
}

int64_t Gate::Begin(const http::Route& route, const http::RouteContext& context) {
  bool changes = route.changes ? route.changes(context) : !IsSafe(context.method);
  if (!changes) return 0;
  auto session = ledger_.Take();
  return BeginAudit(*session, {.user = context.caller.user,
                               .user_name = context.caller.name,
                               .token = context.caller.token,
                               .peer = context.peer,
                               .method = context.method,
                               .path = route.key_parameter.empty() ? context.path : route.pattern});
}

void Gate::End(int64_t number, const http::Reply& reply) {
  if (number == 0) return;
  auto session = ledger_.Take();
  EndAudit(*session, number, reply.status, reply.subject);
}

}  // namespace sluice
