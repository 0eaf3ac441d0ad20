#include "app/config.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/option.h"
#include "base/error.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

Error Invalid(const std::string& where, const std::string& why) {
  return Fault("config-invalid", where + ": " + why)
      .With(Scope::kRun)
      .Remedy("doc/reference/config.md lists the keys; they are the names of the flags");
}

std::string Place(const fs::path& file, const YAML::Mark& mark) {
  if (mark.is_null()) return file.string();
  return fmt::format("{}:{}", file.string(), mark.line + 1);
}

// A key that is nearly one of ours is a slip: say which.
std::string Nearest(const std::string& key) {
  std::string dashed = key;
  for (char& c : dashed) c = c == '_' ? '-' : c;
  const Option* option = FindOption(dashed);
  if (option == nullptr && dashed.ends_with('s')) {
    option = FindOption(dashed.substr(0, dashed.size() - 1));
  }
  if (option == nullptr || option->place == Option::Place::kFlagOnly) return "";
  return fmt::format(" (is {} meant?)", option->name);
}

std::vector<std::string> Values(const Option& option, const YAML::Node& node,
                                const std::string& where) {
  if (node.IsScalar()) return {node.Scalar()};
  if (!node.IsSequence() || !option.repeatable || option.is_switch()) {
    throw Invalid(where, fmt::format("{} needs a single value", option.name));
  }
  std::vector<std::string> values;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) throw Invalid(where, fmt::format("{} needs a list", option.name));
    values.push_back(item.Scalar());
  }
  return values;
}

Layer ReadMapping(const fs::path& file, const YAML::Node& root) {
  Layer layer;
  for (const auto& entry : root) {
    std::string where = Place(file, entry.first.Mark());
    if (!entry.first.IsScalar()) throw Invalid(where, "a key must be a word");
    std::string key = entry.first.Scalar();
    const Option* option = FindOption(key);
    if (option == nullptr || option->place == Option::Place::kFlagOnly) {
      throw Invalid(where, fmt::format("unknown key {}{}", key, Nearest(key)));
    }
    if (layer.contains(key)) {
      throw Invalid(where, fmt::format("{} stands there already ({})", key, layer[key].where));
    }
    layer[key] = {Values(*option, entry.second, where), where};
  }
  return layer;
}

}  // namespace

Layer ReadConfig(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || fs::is_directory(file)) {
    throw Fault("config-unreadable", "cannot read the config file " + file.string())
        .With(Scope::kRun)
        .Remedy("check its name and its permissions");
  }
  try {
    YAML::Node root = YAML::Load(text.str());
    if (root.IsNull()) return {};
    if (!root.IsMap()) throw Invalid(Place(file, root.Mark()), "expected lines like `threads: 8`");
    return ReadMapping(file, root);
  } catch (const YAML::Exception& error) {
    throw Invalid(Place(file, error.mark), error.msg);
  }
}

std::optional<fs::path> ProjectConfig() {
  fs::path file = "sluice.yaml";
  std::error_code failed;
  if (fs::exists(file, failed)) return file;
  return std::nullopt;
}

std::optional<fs::path> UserConfig() {
  const char* base = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (base != nullptr && *base == '/') {
    folder = base;
  } else if (home != nullptr && *home != '\0') {
    folder = fs::path(home) / ".config";
  } else {
    return std::nullopt;
  }
  fs::path file = folder / "sluice" / "config.yaml";
  std::error_code failed;
  if (fs::exists(file, failed)) return file;
  return std::nullopt;
}

}  // namespace sluice
