#include "app/server/import_body.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/image_request.h"
#include "app/load_request.h"
#include "app/option.h"
#include "base/error.h"

namespace sluice {
namespace {

using nlohmann::json;

// What belongs to the process, its terminal or its host rather than to the import.
constexpr std::array<std::string_view, 17> kOwn = {
    "into", "threads", "profile", "ca-bundle", "config", "progress", "json", "quiet", "verbose",
    "dry-run",
    // Who submits a script is who calls: see
    // /manage/bulkimport/.
    "as", "queue", "test-mode", "update-if-exists", "result",
    // Whom a server calls is its own affair.
    "gateway", "check-user"};

[[noreturn]] void Refuse(const std::string& why) {
  throw Fault("usage", "the request's body " + why)
      .With(Scope::kRun)
      .Remedy("/openapi.json describes POST /imports");
}

bool IsTaken(std::string_view name) { return std::ranges::find(kOwn, name) == kOwn.end(); }

std::string Scalar(const std::string& name, const json& value) {
  if (value.is_string()) return value;
  if (value.is_boolean() || value.is_number_integer()) return value.dump();
  Refuse("has a value for " + name + " that is neither text, number nor boolean");
}

std::vector<std::string> Values(const std::string& name, const json& value, bool repeatable) {
  if (!value.is_array()) return {Scalar(name, value)};
  if (!repeatable) Refuse("has a list for " + name + ", which takes one value");
  std::vector<std::string> values;
  for (const json& item : value) values.push_back(Scalar(name, item));
  return values;
}

std::string Text(const json& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "";
  if (!found->is_string()) Refuse(std::string("has a ") + name + " that is no text");
  return *found;
}

CredentialOptions ReadKeys(const json& given) {
  if (!given.is_object()) Refuse("has credentials that are no object");
  CredentialOptions keys;
  keys.access_key_id = Text(given, "access_key_id");
  keys.secret_access_key = Text(given, "secret_access_key");
  keys.session_token = Text(given, "session_token");
  if (keys.access_key_id.empty() || keys.secret_access_key.empty()) {
    Refuse("has credentials without access_key_id or secret_access_key");
  }
  return keys;
}

}  // namespace

StartRequest ReadImportBody(const std::string& text, const Settings& defaults) {
  json body = json::parse(text, nullptr, false);
  if (!body.is_object()) Refuse("is no JSON object");
  std::string system = Text(body, "system");
  if (system.empty()) Refuse("names no system");
  auto sources = body.find("sources");
  if (sources == body.end() || !sources->is_array() || sources->empty()) {
    Refuse("has no list of sources");
  }
  Layer layer;
  bool names_endpoint = false;
  for (const auto& [name, value] : body.items()) {
    if (name == "system" || name == "sources" || name == "credentials") continue;
    const Option* option = FindOption(name);
    std::vector<std::string_view> taken = ImportBodyOptions();
    if (option == nullptr || std::ranges::find(taken, name) == taken.end()) {
      Refuse("has '" + name + "', which is no option of an import");
    }
    names_endpoint = names_endpoint || name == "s3-endpoint";
    layer[name] = {Values(name, value, option->repeatable), "the request's " + name};
  }
  Settings settings = defaults;
  ApplyLayer(layer, settings);
  settings.background = false;  // here every import is, whether it says so or not
  LoadRequest load = MakeLoadRequest(system, Values("sources", *sources, true), settings);
  if (system == "images") FinishImageRequest(settings, load.options);
  StartRequest request{.options = load.options, .urls = load.urls, .keys = {}};
  request.names_endpoint = names_endpoint;
  if (body.contains("credentials")) request.keys = ReadKeys(body["credentials"]);
  return request;
}

std::vector<std::string_view> ImportBodyOptions() {
  std::vector<std::string_view> taken;
  for (std::string_view name : LoadCommand().options) {
    if (IsTaken(name)) taken.push_back(name);
  }
  return taken;
}

std::string ImportBodySchema() {
  json text = {{"type", "string"}};
  json properties = {
      {"system", {{"type", "string"}, {"description", "what the objects hold: fhir"}}},
      {"sources",
       {{"type", "array"},
        {"items", text},
        {"minItems", 1},
        {"description",
         "s3://BUCKET/PREFIX, presigned https:// URLs, or spool://UPLOAD/NAME of POST /uploads"}}},
      {"credentials",
       {{"type", "object"},
        {"description", "kept in memory only; needed where s3-endpoint is given"},
        {"required", {"access_key_id", "secret_access_key"}},
        {"properties",
         {{"access_key_id", text}, {"secret_access_key", text}, {"session_token", text}}}}}};
  for (std::string_view name : ImportBodyOptions()) {
    const Option* option = FindOption(name);
    json schema = option->is_switch() ? json{{"type", "boolean"}} : text;
    if (!option->choices().empty()) schema["enum"] = option->choices();
    // Numbers may be written as such.
    if (!option->is_switch() && option->choices().empty()) schema = json::object();
    if (option->repeatable) schema = {{"type", "array"}, {"items", text}};
    schema["description"] = option->help;
    properties[std::string(name)] = schema;
  }
  return json{{"type", "object"},
              {"required", {"system", "sources"}},
              {"additionalProperties", false},
              {"properties", properties}}
      .dump();
}

}  // namespace sluice
