#include "system/table/extract_claim.h"

namespace sluice {
namespace {

// Begins as the file store's unfinished files do, so that no listing of files shows it.
constexpr std::string_view kClaim = ".sluice-claim-";

}  // namespace

std::string ClaimKeyOf(std::string_view prefix, bool is_file) {
  // That of a directory of files lies in it: what is above may be out of reach.
  if (!is_file && prefix.ends_with('/')) prefix.remove_suffix(1);
  size_t name = prefix.rfind('/') + 1;
  return std::string(prefix.substr(0, name)).append(kClaim).append(prefix.substr(name));
}

bool IsClaimName(std::string_view key) {
  return key.substr(key.rfind('/') + 1).starts_with(kClaim);
}

}  // namespace sluice
