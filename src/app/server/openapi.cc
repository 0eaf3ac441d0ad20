#include "app/server/openapi.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/server/reply.h"
#include "app/version.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

// "/static/{file...}" is "/static/{file}" there.
std::string PathOf(const std::string& pattern) {
  std::string path = pattern;
  if (size_t dots = path.find("...}"); dots != path.npos) path.erase(dots, 3);
  return path;
}

Json PathParameters(const std::string& path) {
  Json parameters = Json::array();
  for (size_t open = path.find('{'); open != path.npos; open = path.find('{', open + 1)) {
    parameters.push_back({{"name", path.substr(open + 1, path.find('}', open) - open - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  }
  return parameters;
}

Json Body(const std::vector<std::string>& types, const std::string& schema) {
  Json content = Json::object();
  for (const std::string& type : types) {
    if (type.empty()) continue;  // a sender that names none
    content[type] = {{"schema", schema.empty() ? Json::object() : Json::parse(schema)}};
  }
  return content;
}

Json Operation(const http::Route& route, const std::string& path) {
  Json operation = {{"summary", route.doc.summary}};
  std::string id = route.method;
  for (char c : path) id += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  operation["operationId"] = id;
  Json parameters = PathParameters(path);
  for (const auto& parameter : route.doc.query) {
    parameters.push_back({{"name", parameter.name},
                          {"in", "query"},
                          {"description", parameter.help},
                          {"required", parameter.required},
                          {"schema", Json::parse(parameter.schema)}});
  }
  if (!parameters.empty()) operation["parameters"] = parameters;
  if (!route.doc.request.empty() || route.upload) {
    operation["requestBody"] = {{"required", true},
                                {"content", Body(route.content_types, route.doc.request)}};
  }
  operation["responses"] = {
      {"2XX",
       {{"description", "done"}, {"content", Body({route.doc.response_type}, route.doc.response)}}},
      {"default",
       {{"description", "not done"},
        {"content",
         {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}}}};
  operation["x-role"] = ToString(route.role);
  if (route.role == http::Role::kAnyone) {
    operation["security"] = Json::array({Json::object()});
  } else if (route.basic) {
    operation["security"] =
        Json::array({Json{{"key", Json::array()}}, Json{{"basic", Json::array()}}});
  }
  return operation;
}

Json ErrorSchema() {
  Json text = {{"type", "string"}};
  Json maybe = {{"type", "string"}, {"nullable", true}};
  return {{"type", "object"},
          {"required", {"error"}},
          {"properties",
           {{"error",
             {{"type", "object"},
              {"required", {"origin", "code", "message"}},
              {"properties",
               {{"origin", text}, {"code", text}, {"message", text}, {"remedy", maybe}}}}}}}};
}

}  // namespace

std::string OpenApiJson(const std::vector<http::Route>& routes) {
  Json paths = Json::object();
  for (const http::Route& route : routes) {
    std::string path = PathOf(route.pattern);
    std::string method = route.method;
    std::ranges::transform(method, method.begin(), [](unsigned char c) { return std::tolower(c); });
    paths[path][method] = Operation(route, path);
  }
  Json document = {
      {"openapi", "3.0.3"},
      {"info", {{"title", "sluice"}, {"version", Version()}}},
      {"paths", paths},
      {"components",
       {{"schemas", {{"Error", ErrorSchema()}}},
        {"securitySchemes",
         {{"key", {{"type", "http"}, {"scheme", "bearer"}}},
          {"basic", {{"type", "http"}, {"scheme", "basic"}}},
          {"browser", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "sluice_session"}}}}}}},
      {"security", Json::array({Json{{"key", Json::array()}}, Json{{"browser", Json::array()}}})}};
  return document.dump(1) + "\n";
}

http::Route OpenApiRoute(const std::vector<http::Route>& routes) {
  auto make = [] {
    return http::Route{.method = "GET",
                       .pattern = "/openapi.json",
                       .role = http::Role::kAnyone,
                       .doc = {.summary = "this description"}};
  };
  // A route holds what cannot be copied cheaply; only what describes it is.
  std::vector<http::Route> all = routes;
  all.push_back(make());
  http::Route route = make();
  route.handle = [json = OpenApiJson(all)](const http::RouteContext&) { return JsonReply(json); };
  return route;
}

}  // namespace sluice
