// The object by which an extract says that a prefix is its own while it writes there. It lies
// beside what starts with the prefix, because UNLOAD wants the prefix empty.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// `prefix`: of keys in S3, or of absolute paths.
std::string ClaimKeyOf(std::string_view prefix, bool is_file);
bool IsClaimName(std::string_view key);

}  // namespace sluice
