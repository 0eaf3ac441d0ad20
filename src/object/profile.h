// The profile files of the AWS tools: ~/.aws/credentials and ~/.aws/config, in their INI dialect.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

// Names are lower case; indented lines (nested settings) belong to the one above and are left out.
using ProfileSettings = std::map<std::string, std::string>;

// The settings of `profile` in the text of a credentials file ("[name]") or, with `is_config`, of a
// config file ("[profile name]", and "[default]"). Nothing if the profile is not there.
std::optional<ProfileSettings> FindProfile(std::string_view text, std::string_view profile,
                                           bool is_config);

// Both files' settings of `profile`; those of the credentials file win. A file that does not exist
// is empty. Nothing if neither has the profile.
std::optional<ProfileSettings> ReadProfile(const std::string& credentials_file,
                                           const std::string& config_file,
                                           std::string_view profile);

}  // namespace sluice
