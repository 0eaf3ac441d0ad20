#include "http/route.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/check.h"

namespace sluice::http {
namespace {

constexpr std::array<std::string_view, 4> kRoles = {"anyone", "viewer", "operator", "admin"};

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::string_view ToString(Role role) { return kRoles[static_cast<size_t>(role)]; }

std::optional<Role> ParseRole(std::string_view word) {
  auto found = std::ranges::find(kRoles, word);
  if (found == kRoles.end()) return std::nullopt;
  return static_cast<Role>(found - kRoles.begin());
}

std::optional<std::string_view> RouteContext::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (SameName(key, name)) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> RouteContext::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

const std::string& RouteContext::parameter(std::string_view name) const {
  auto found = parameters.find(name);
  CHECK(found != parameters.end());
  return found->second;
}

}  // namespace sluice::http
