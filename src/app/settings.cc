#include "app/settings.h"

#include <fmt/format.h>

#include "app/option.h"
#include "base/error.h"

namespace sluice {
namespace {

std::vector<std::string> Variables(const Option& option) {
  std::vector<std::string> names = {option.variable()};
  for (const char* name : option.variables) {
    if (name != nullptr) names.emplace_back(name);
  }
  return names;
}

}  // namespace

Layer ReadEnvironment(const char* (*get)(const char*)) {
  // As shells and the AWS tools have it, an empty variable says nothing.
  auto read = [&](const std::string& name) -> std::string {
    const char* text = get(name.c_str());
    return text == nullptr ? "" : text;
  };
  Layer layer;
  for (const Option& option : AllOptions()) {
    if (option.place == Option::Place::kFlagOnly) continue;
    if (option.stores_own != nullptr && !read(option.stores_own).empty()) {
      layer[std::string(option.name)] = {{""}, option.stores_own};
    }
    for (const std::string& name : Variables(option)) {
      std::string text = read(name);
      if (text.empty()) continue;
      layer[std::string(option.name)] = {{text}, name};
      break;
    }
  }
  return layer;
}

void ApplyLayer(const Layer& layer, Settings& settings) {
  for (const auto& [name, said] : layer) {
    const Option* option = FindOption(name);
    if (option == nullptr || said.values.empty()) continue;
    try {
      option->apply(settings, said.values);
    } catch (const BadValue& bad) {
      throw Fault("setting-invalid", fmt::format("{}: {} {}", said.where, name, bad.why))
          .With(Scope::kRun)
          .Remedy(std::string(option->help));
    }
  }
}

}  // namespace sluice
