#include "app/server/router.h"

#include <algorithm>

namespace sluice {
namespace {

std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    segments.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

bool IsNamed(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

// The parameters if the path fits the pattern.
std::optional<std::map<std::string, std::string, std::less<>>> Fit(std::string_view pattern,
                                                                   std::string_view path) {
  std::map<std::string, std::string, std::less<>> parameters;
  std::vector<std::string_view> wanted = Segments(pattern);
  std::vector<std::string_view> given = Segments(path);
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return std::nullopt;
    if (!IsNamed(wanted[i])) {
      if (wanted[i] != given[i]) return std::nullopt;
      continue;
    }
    std::string_view name = wanted[i].substr(1, wanted[i].size() - 2);
    bool rest = name.ends_with("...");
    std::string_view value = given[i];
    if (rest) {
      name.remove_suffix(3);
      value = path.substr(static_cast<size_t>(value.data() - path.data()));
    }
    std::optional<std::string> decoded = PercentDecoded(value, false);
    if (!decoded || decoded->empty()) return std::nullopt;
    parameters[std::string(name)] = *decoded;
    if (rest) return parameters;
  }
  if (given.size() != wanted.size()) return std::nullopt;
  return parameters;
}

// Fixed segments sort before named ones.
bool MoreSpecific(const http::Route& a, const http::Route& b) {
  auto rank = [](std::string_view pattern) {
    std::string ranks;
    for (std::string_view segment : Segments(pattern)) {
      ranks += IsNamed(segment) ? (segment.ends_with("...}") ? '2' : '1') : '0';
    }
    return ranks;
  };
  return rank(a.pattern) < rank(b.pattern);
}

int Nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> PercentDecoded(std::string_view text, bool plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      int high = Nibble(text[i + 1]);
      int low = Nibble(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += plus && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    size_t equals = std::min(pair.find('='), pair.size());
    std::string_view value = pair.substr(std::min(pair.size(), equals + 1));
    auto decoded = [](std::string_view text) {
      return PercentDecoded(text, true).value_or(std::string(text));
    };
    pairs.emplace_back(decoded(pair.substr(0, equals)), decoded(value));
  }
  return pairs;
}

Router::Router(std::vector<http::Route> routes) : routes_(std::move(routes)) {
  std::ranges::stable_sort(routes_, MoreSpecific);
}

Router::Match Router::Find(std::string_view method, std::string_view target) const {
  Match match;
  std::string_view path = target.substr(0, target.find('?'));
  match.path = PercentDecoded(path, false).value_or(std::string(path));
  std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const http::Route& route : routes_) {
    auto parameters = Fit(route.pattern, path);
    if (!parameters) continue;
    if (route.method == wanted) {
      match.route = &route;
      match.parameters = std::move(*parameters);
      match.allowed.clear();
      return match;
    }
    match.allowed.push_back(route.method);
  }
  return match;
}

}  // namespace sluice
