// The parts of a URL, as curl itself reads them: what is checked here is what is called.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::http {

struct Url {
  std::string scheme;  // lower case
  std::string host;    // lower case; an IPv6 address in brackets
  std::string port;    // as given; empty: the scheme's own
  std::string path;    // as given, still encoded; "/" if there is none
  std::string query;   // without the question mark

  // "https://host" or "https://host:port", the port only where it is not the scheme's own.
  std::string origin() const;
  // The host is this machine itself, where plain HTTP is nobody else's business: localhost,
  // *.localhost, 127.0.0.0/8 or [::1].
  bool is_loopback() const;
};

// Nothing if it is not an http or https URL with a host. User info and a fragment are dropped.
std::optional<Url> ParseUrl(std::string_view text);

// The absolute URL that a Location header means in a reply from `base`; nothing if it is none.
std::optional<std::string> ResolveUrl(std::string_view base, std::string_view location);

// Removes what must not be seen from a URL: user info and every query parameter's value.
std::string Redact(std::string_view url);

}  // namespace sluice::http
