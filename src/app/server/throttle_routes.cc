#include "app/server/throttle_routes.h"

#include <nlohmann/json.hpp>

#include "app/import_view.h"
#include "app/server/reply.h"
#include "ledger/throttle.h"

namespace sluice {
namespace {

using nlohmann::json;

http::Reply Throttles(pg::Pool& ledger) {
  auto session = ledger.Take();
  json throttles = json::array();
  for (const ThrottleRow& row : ListThrottles(*session)) {
    throttles.push_back({{"throttle", row.name},
                         {"per_second", row.rate.per_second},
                         {"unit", ToString(row.rate.unit)}});
  }
  return JsonReply(json{{"throttles", throttles}}.dump() + "\n");
}

// {"rate": "500rows/s"}; null or empty lifts it.
Rate GivenRate(const http::RouteContext& context) {
  json body = json::parse(context.body, nullptr, false);
  bool is_one = body.is_object() && body.size() == 1 && body.contains("rate") &&
                (body["rate"].is_string() || body["rate"].is_null());
  std::string text = is_one && body["rate"].is_string() ? body["rate"] : "";
  std::optional<Rate> rate = ParseRate(text);
  if (!is_one || (!text.empty() && !rate)) {
    throw Fault("usage", "the request's body must be {\"rate\": \"500rows/s\"} or {\"rate\": null}")
        .With(Scope::kRun)
        .Remedy("units are rows, objects, bytes, kB, MB and GB");
  }
  return rate.value_or(Rate{});
}

http::Reply Change(const http::RouteContext& context, pg::Pool& ledger) {
  ImportId import = ParseImportId(context.parameter("import"));
  Rate rate = GivenRate(context);
  {
    auto session = ledger.Take();
    FindImportOrThrow(*session, import);
    if (rate.per_second == 0) {
      DropThrottle(*session, ThrottleName(import));
    } else {
      SetThrottle(*session, ThrottleName(import), rate);
    }
  }
  http::Reply reply = Throttles(ledger);
  reply.subject = ThrottleName(import);
  return reply;
}

}  // namespace

std::vector<http::Route> ThrottleRoutes(const Services& services) {
  pg::Pool& ledger = services.ledger;
  std::vector<http::Route> routes;
  routes.push_back({.method = "GET",
                    .pattern = "/throttles",
                    .role = http::Role::kViewer,
                    .doc = {.summary = "the rates that imports are held to"},
                    .handle = [&ledger](const http::RouteContext&) { return Throttles(ledger); }});
  routes.push_back(
      {.method = "POST",
       .pattern = "/imports/{import}/throttle",
       .role = http::Role::kOperator,
       .doc = {.summary = "hold an import to a rate, change it while it runs, or lift it",
               .request = R"({"type":"object","required":["rate"],"additionalProperties":false,)"
                          R"("properties":{"rate":{"type":"string","nullable":true}}})"},
       .handle = [&ledger](const http::RouteContext& context) { return Change(context, ledger); }});
  return routes;
}

}  // namespace sluice
