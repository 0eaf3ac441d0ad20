#include "app/server/job_query.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace sluice {
namespace {

template <class Parse>
auto StateOf(std::string_view word, Parse parse) {
  try {
    return parse(word);
  } catch (const Error&) {
    throw Fault("usage", "there is no state of that name").With(Scope::kRun);
  }
}

[[noreturn]] void RefuseBody() {
  throw Fault("usage", "the request's body must be an object with texts: code, label, key")
      .With(Scope::kRun)
      .Remedy("{} retries every dead object");
}

}  // namespace

JobState ReadJobState(std::string_view word) { return StateOf(word, ParseJobState); }

ImportState ReadImportState(std::string_view word) { return StateOf(word, ParseImportState); }

JobFilter ReadJobFilter(const http::RouteContext& context) {
  auto text = [&](std::string_view name) {
    return std::string(context.query_value(name).value_or(""));
  };
  JobFilter filter{
      .state = {}, .error_code = text("code"), .label = text("label"), .key_part = text("key")};
  if (std::string word = text("state"); !word.empty()) filter.state = ReadJobState(word);
  return filter;
}

JobFilter ReadJobFilterBody(const std::string& body) {
  JobFilter filter;
  if (body.empty()) return filter;
  auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) RefuseBody();
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) RefuseBody();
    if (name == "code") {
      filter.error_code = value;
    } else if (name == "label") {
      filter.label = value;
    } else if (name == "key") {
      filter.key_part = value;
    } else {
      RefuseBody();
    }
  }
  return filter;
}

std::vector<http::RouteDoc::Parameter> JobFilterParameters() {
  return {{.name = "state", .help = "only those in this state"},
          {.name = "code", .help = "only those with this code of an error"},
          {.name = "label", .help = "only those of this label"},
          {.name = "key", .help = "only those with this in their key"}};
}

}  // namespace sluice
