#include "app/server/index_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/as_json.h"
#include "app/missing_part.h"
#include "app/server/reply.h"
#include "app/table_choice.h"
#include "engine/set_aside.h"

namespace sluice {
namespace {

using http::Role;
using http::RouteContext;
using nlohmann::json;

constexpr char kAsideSchema[] =
    R"({"type":"object","additionalProperties":false,"properties":{"table":{"type":"string"},)"
    R"("primary-key":{"type":"boolean"},"foreign-keys":{"type":"boolean"}}})";
constexpr char kRestoreSchema[] =
    R"({"type":"object","additionalProperties":false,"properties":{"table":{"type":"string"},)"
    R"("on-duplicate":{"type":"string","enum":["fail","keep-first","keep-last"]}}})";
constexpr char kListSchema[] = R"({"type":"object","required":["indexes"],"properties":{)"
                               R"("indexes":{"type":"array","items":{"type":"object"}}}})";

Error Usage(const std::string& why) {
  return Fault("usage", "the request's body " + why)
      .With(Scope::kRun)
      .Remedy("/openapi.json describes what is taken");
}

json ReadBody(const RouteContext& context, std::initializer_list<const char*> names) {
  json body = context.body.empty() ? json::object() : json::parse(context.body, nullptr, false);
  if (!body.is_object()) throw Usage("is no JSON object");
  for (const auto& [name, value] : body.items()) {
    if (std::ranges::find(names, name) == names.end()) throw Usage("has '" + name + "'");
  }
  return body;
}

std::string ReadText(const json& body, const char* name) {
  if (!body.contains(name)) return "";
  if (!body[name].is_string()) throw Usage(std::string("has a ") + name + " that is no text");
  return body[name];
}

bool ReadFlag(const json& body, const char* name) {
  if (!body.contains(name)) return false;
  if (!body[name].is_boolean()) throw Usage(std::string("has a ") + name + " that is no boolean");
  return body[name];
}

KeepPolicy ReadKeepPolicy(const json& body) {
  std::string word = ReadText(body, "on-duplicate");
  if (word.empty() || word == "fail") return KeepPolicy::kFail;
  if (word == "keep-first") return KeepPolicy::kKeepFirst;
  if (word == "keep-last") return KeepPolicy::kKeepLast;
  throw Usage("has an on-duplicate other than fail, keep-first and keep-last");
}

http::Reply List(const RouteContext& context, pg::Pool& ledger) {
  bool all = context.query_value("all").value_or("") == "true";
  TableChoice choice(std::string(context.query_value("table").value_or("")));
  auto session = ledger.Take();
  std::string items;
  for (const SetAsideRow& row : AsideAndFlawed(*session, all)) {
    if (!choice.Includes(TableOf(row.part))) continue;
    items += (items.empty() ? "" : ",") + MissingPartJson({row, {}});
  }
  return JsonReply("{\"indexes\":[" + items + "]}\n");
}

http::Reply Aside(const RouteContext& context, pg::Pool& ledger, const Stop& stop) {
  json body = ReadBody(context, {"table", "primary-key", "foreign-keys"});
  TableChoice choice(ReadText(body, "table"));
  bool primary_key = ReadFlag(body, "primary-key");
  bool foreign_keys = ReadFlag(body, "foreign-keys");
  bool keys_alone = foreign_keys && !primary_key;
  if (choice.is_all() && !keys_alone) throw Usage("names no table");
  const pg::PartKinds kinds{
      .indexes = !keys_alone, .primary_key = primary_key, .foreign_keys = foreign_keys};
  auto session = ledger.Take();
  size_t dropped = 0;
  for (uint32_t relation : choice.Relations(*session, keys_alone)) {
    dropped += TakeHold(*session, kByHand, relation, kinds, "", {}, stop);
  }
  http::Reply reply = JsonReply(json{{"aside", dropped}}.dump() + "\n");
  reply.subject = "indexes of " + (choice.is_all() ? "all tables" : choice.Qualified());
  return reply;
}

http::Reply Restore(const RouteContext& context, pg::Pool& ledger, const RestoreBegin& begin,
                    const Stop& stop) {
  json body = ReadBody(context, {"table", "on-duplicate"});
  TableChoice choice(ReadText(body, "table"));
  KeepPolicy policy = ReadKeepPolicy(body);
  auto session = ledger.Take();
  for (uint32_t relation : choice.HeldByHand(*session)) {
    ReleaseHold(*session, kByHand, relation, {}, stop);
  }
  json restoring = json::array();
  for (const AsideTable& table : FindTablesToRestore(*session)) {
    if (!choice.Includes(table.name)) continue;
    begin(table, policy);
    restoring.push_back(table.name);
  }
  http::Reply reply = JsonReply(json{{"restoring", restoring}}.dump() + "\n", 202);
  reply.headers.emplace_back("Location", "/indexes");
  reply.subject = "indexes of " + (choice.is_all() ? "all tables" : choice.Qualified());
  return reply;
}

}  // namespace

std::vector<http::Route> IndexRoutes(const Services& services, RestoreBegin begin) {
  pg::Pool& ledger = services.ledger;
  std::vector<http::Route> routes;
  routes.push_back(
      {.method = "GET",
       .pattern = "/indexes",
       .role = Role::kViewer,
       .doc = {.summary = "indexes and keys that are put aside, or that could not come back",
               .query = {{.name = "table", .help = "only those of this table, or of SCHEMA.*"},
                         {.name = "all",
                          .help = "also what was put aside once and stands again",
                          .schema = R"({"type":"boolean"})"}},
               .response = kListSchema},
       .handle = [&ledger](const RouteContext& context) { return List(context, ledger); }});
  routes.push_back(
      {.method = "POST",
       .pattern = "/indexes/aside",
       .role = Role::kOperator,
       .doc = {.summary = "put a table's indexes aside until they are restored by hand",
               .request = kAsideSchema},
       .handle = [&ledger, &stop = services.stop](const RouteContext& context) {
         return Aside(context, ledger, stop);
       }});
  routes.push_back(
      {.method = "POST",
       .pattern = "/indexes/restore",
       .role = Role::kOperator,
       .doc = {.summary = "bring back what no running import holds; GET /indexes tells "
                          "what has not come back yet",
               .request = kRestoreSchema},
       .handle = [&ledger, &stop = services.stop,
                  begin = std::move(begin)](const RouteContext& context) {
         return Restore(context, ledger, begin, stop);
       }});
  return routes;
}

}  // namespace sluice
