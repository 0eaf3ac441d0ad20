// YAML for doors that speak JSON: one document as JSON and back, and the route that translates.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "http/route.h"

namespace sluice {

// The first document of `text`. Plain words are read by YAML 1.2's core schema, but that a number
// must be one in JSON too. Errors (kNever): "yaml-invalid" with the line, also for what JSON does
// not have and for documents that are too deep or too large once their aliases are resolved.
nlohmann::ordered_json FromYaml(const std::string& text);
// In block style, one key or item on a line; ends with a line feed.
std::string ToYaml(const nlohmann::ordered_json& value);

// The same route, taking YAML by its Content-Type and answering in it where Accept asks for it.
http::Route WithYaml(http::Route route);

}  // namespace sluice
