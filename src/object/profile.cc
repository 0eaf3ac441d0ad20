#include "object/profile.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace sluice {
namespace {

std::string_view Trim(std::string_view text) {
  size_t from = text.find_first_not_of(" \t\r");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// The profile that a "[...]" line opens; empty for a section that is none (sso-session and the
// like).
std::string_view SectionName(std::string_view line, bool is_config) {
  std::string_view name = Trim(line.substr(1, line.find(']') - 1));
  if (!is_config || name == "default") return name;
  constexpr std::string_view kPrefix = "profile";
  if (!name.starts_with(kPrefix) || name.size() == kPrefix.size() ||
      !std::isspace(static_cast<unsigned char>(name[kPrefix.size()]))) {
    return {};
  }
  return Trim(name.substr(kPrefix.size()));
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::optional<ProfileSettings> FindProfile(std::string_view text, std::string_view profile,
                                           bool is_config) {
  std::optional<ProfileSettings> found;
  bool inside = false;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    bool indented = !line.empty() && (line[0] == ' ' || line[0] == '\t');
    line = Trim(line);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      inside = SectionName(line, is_config) == profile;
      if (inside && !found) found.emplace();
      continue;
    }
    size_t equals = line.find('=');
    if (!inside || indented || equals == line.npos) continue;
    std::string_view value = line.substr(equals + 1);
    // A comment begins with a blank: secrets may hold '#' and ';'.
    for (std::string_view mark : {" #", " ;", "\t#", "\t;"}) {
      value = value.substr(0, value.find(mark));
    }
    (*found)[Lower(Trim(line.substr(0, equals)))] = Trim(value);
  }
  return found;
}

std::optional<ProfileSettings> ReadProfile(const std::string& credentials_file,
                                           const std::string& config_file,
                                           std::string_view profile) {
  auto settings = FindProfile(ReadWhole(credentials_file), profile, false);
  auto config = FindProfile(ReadWhole(config_file), profile, true);
  if (!settings) return config;
  if (config) settings->merge(*config);
  return settings;
}

}  // namespace sluice
