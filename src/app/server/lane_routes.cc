#include "app/server/lane_routes.h"

#include <nlohmann/json.hpp>

#include "app/lane_view.h"
#include "app/server/reply.h"
#include "engine/limits.h"
#include "ledger/worker_ledger.h"

namespace sluice {
namespace {

using nlohmann::json;

http::Reply Lanes(pg::Pool& ledger) {
  auto session = ledger.Take();
  std::string items;
  for (const LaneRow& lane : ListLanes(*session))
    items += (items.empty() ? "" : ",") + LaneJson(lane);
  return JsonReply("{\"lanes\":[" + items + "]}\n");
}

Error Usage() {
  return Fault("usage", "the request's body must be {\"width\": N} or {\"paused\": true|false}")
      .With(Scope::kRun)
      .Remedy("a width is a whole number from 1 to " + std::to_string(limits::kThreadsMax));
}

http::Reply Change(const http::RouteContext& context, pg::Pool& ledger) {
  const std::string& name = context.parameter("lane");
  json body = json::parse(context.body, nullptr, false);
  if (!body.is_object() || body.empty()) throw Usage();
  for (const auto& [key, value] : body.items()) {
    bool is_width =
        key == "width" && value.is_number_integer() && value >= 1 && value <= limits::kThreadsMax;
    if (!is_width && !(key == "paused" && value.is_boolean())) throw Usage();
  }
  {
    auto session = ledger.Take();
    if (body.contains("width")) SetLaneWidth(*session, name, body["width"]);
    if (body.contains("paused") && !PauseLane(*session, name, body["paused"])) {
      throw LaneUnknown(name);
    }
  }
  http::Reply reply = Lanes(ledger);
  reply.subject = "lane " + name;
  return reply;
}

http::Reply Workers(pg::Pool& ledger) {
  auto session = ledger.Take();
  json workers = json::array();
  for (const WorkerRow& worker : LiveWorkers(*session)) {
    workers.push_back({{"worker", worker.id.value},
                       {"host", worker.host},
                       {"pid", worker.pid},
                       {"command", worker.command},
                       {"import", worker.import ? json(worker.import.value) : json(nullptr)},
                       {"seen_at", worker.seen_at}});
  }
  return JsonReply(json{{"workers", workers}}.dump(-1, ' ', false, json::error_handler_t::replace) +
                   "\n");
}

}  // namespace

std::vector<http::Route> LaneRoutes(const Services& services) {
  pg::Pool& ledger = services.ledger;
  std::vector<http::Route> routes;
  routes.push_back({.method = "GET",
                    .pattern = "/lanes",
                    .role = http::Role::kViewer,
                    .doc = {.summary = "the lanes, with what waits and runs in each"},
                    .handle = [&ledger](const http::RouteContext&) { return Lanes(ledger); }});
  routes.push_back(
      {.method = "POST",
       .pattern = "/lanes/{lane}",
       .role = http::Role::kOperator,
       .doc = {.summary = "pause or resume a lane, or change its width",
               .request =
                   R"({"type":"object","additionalProperties":false,"properties":{)"
                   R"("width":{"type":"integer","minimum":1},"paused":{"type":"boolean"}}})"},
       .handle = [&ledger](const http::RouteContext& context) { return Change(context, ledger); }});
  routes.push_back({.method = "GET",
                    .pattern = "/workers",
                    .role = http::Role::kViewer,
                    .doc = {.summary = "the processes that load, on all hosts"},
                    .handle = [&ledger](const http::RouteContext&) { return Workers(ledger); }});
  return routes;
}

}  // namespace sluice
