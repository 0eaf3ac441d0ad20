// The config files: YAML, one mapping from option names to values.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/settings.h"

namespace sluice {

// Reads one file. Errors (kRun): "config-unreadable" where the file cannot be read,
// "config-invalid" with FILE:LINE for what is not YAML, an unknown key, or a value of the wrong
// shape.
Layer ReadConfig(const std::filesystem::path& file);

// ./sluice.yaml, if it is there.
std::optional<std::filesystem::path> ProjectConfig();
// $XDG_CONFIG_HOME/sluice/config.yaml or ~/.config/sluice/config.yaml, if it is there.
std::optional<std::filesystem::path> UserConfig();

}  // namespace sluice
