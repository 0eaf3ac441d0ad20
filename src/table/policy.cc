#include "table/policy.h"

#include <fmt/format.h>

#include <charconv>

#include "base/check.h"

namespace sluice {

std::string_view ToString(ConflictPolicy policy) {
  switch (policy) {
    case ConflictPolicy::kOverride:
      return "override";
    case ConflictPolicy::kNewer:
      return "newer";
    case ConflictPolicy::kIgnore:
      return "ignore";
    case ConflictPolicy::kError:
      return "error";
  }
  CHECK(false && "a ConflictPolicy");
}

std::string_view ToString(KeepPolicy policy) {
  switch (policy) {
    case KeepPolicy::kFail:
      return "fail";
    case KeepPolicy::kKeepFirst:
      return "keep-first";
    case KeepPolicy::kKeepLast:
      return "keep-last";
  }
  CHECK(false && "a KeepPolicy");
}

std::string_view ToString(RejectPolicy policy) {
  return policy == RejectPolicy::kQuarantine ? "quarantine" : "fail";
}

std::string ToString(const RejectsMax& max) {
  return max.percent ? fmt::format("{}%", *max.percent) : std::to_string(max.count);
}

std::optional<RejectsMax> ParseRejectsMax(std::string_view text) {
  RejectsMax max;
  const char* end = text.data() + text.size();
  if (text.ends_with('%')) {
    double percent = 0;
    auto [rest, error] = std::from_chars(text.data(), --end, percent);
    if (error != std::errc() || rest != end || !(percent >= 0 && percent <= 100)) return {};
    max.percent = percent;
    return max;
  }
  auto [rest, error] = std::from_chars(text.data(), end, max.count);
  if (error != std::errc() || rest != end) return {};
  return max;
}

}  // namespace sluice
