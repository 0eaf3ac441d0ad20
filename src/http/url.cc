#include "http/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace sluice::http {
namespace {

using UrlHandle = std::unique_ptr<CURLU, void (*)(CURLU*)>;

std::string Part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
  std::unique_ptr<char, void (*)(void*)> owned(text, curl_free);
  return text;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

std::string Url::origin() const {
  bool usual =
      port.empty() || (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
  return scheme + "://" + host + (usual ? "" : ":" + port);
}

bool Url::is_loopback() const {
  if (host == "localhost" || host == "[::1]" || host.ends_with(".localhost")) return true;
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

std::optional<Url> ParseUrl(std::string_view text) {
  UrlHandle url(curl_url(), curl_url_cleanup);
  if (text.find('\0') != text.npos ||
      curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_PATH_AS_IS) !=
          CURLUE_OK) {
    return std::nullopt;
  }
  Url parts{Lower(Part(url.get(), CURLUPART_SCHEME)), Lower(Part(url.get(), CURLUPART_HOST)),
            Part(url.get(), CURLUPART_PORT), Part(url.get(), CURLUPART_PATH),
            Part(url.get(), CURLUPART_QUERY)};
  if ((parts.scheme != "http" && parts.scheme != "https") || parts.host.empty()) {
    return std::nullopt;
  }
  return parts;
}

std::optional<std::string> ResolveUrl(std::string_view base, std::string_view location) {
  UrlHandle url(curl_url(), curl_url_cleanup);
  for (std::string_view part : {base, location}) {
    if (part.find('\0') != part.npos ||
        curl_url_set(url.get(), CURLUPART_URL, std::string(part).c_str(), CURLU_PATH_AS_IS) !=
            CURLUE_OK) {
      return std::nullopt;
    }
  }
  return Part(url.get(), CURLUPART_URL);
}

std::string Redact(std::string_view url) {
  url = url.substr(0, url.find('#'));
  size_t question = std::min(url.find('?'), url.size());
  std::string shown(url.substr(0, question));
  size_t authority = shown.find("://");
  if (authority != shown.npos) {
    authority += 3;
    size_t at = shown.substr(0, shown.find('/', authority)).rfind('@');
    if (at != shown.npos && at >= authority) shown.erase(authority, at + 1 - authority);
  }
  // What has no name is taken for a value.
  for (size_t from = question; from < url.size();) {
    size_t end = std::min(url.find('&', from + 1), url.size());
    std::string_view parameter = url.substr(from, end - from);
    size_t equals = parameter.find('=');
    shown += parameter.substr(0, equals == parameter.npos ? 1 : equals);
    shown += equals == parameter.npos ? "***" : "=***";
    from = end;
  }
  return shown;
}

}  // namespace sluice::http
