// Lanes and throttles; workers and the database; indexes that are put aside.
#include <fmt/format.h>

#include <algorithm>

#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"
#include "app/missing_part.h"
#include "engine/limits.h"
#include "ledger/gauge.h"
#include "ledger/lane.h"
#include "ledger/throttle.h"
#include "ledger/worker_ledger.h"

namespace sluice {
namespace {

constexpr int kLookMs = 3000;

// A field with a button that sends it. `type`: how app.js writes the value as JSON.
Html FieldForm(const std::string& address, const std::string& id, std::string_view name,
               const std::string& label, const Attributes& input, std::string_view button) {
  Attributes attributes = {{"id", id}, {"name", std::string(name)}};
  attributes.insert(attributes.end(), input.begin(), input.end());
  return Tag("form", {{"class", "action"}, {"method", "post"}, {"action", address}},
             Tag("label", {{"for", id}, {"class", "hidden"}}, Text(label)) +
                 Void("input", attributes) + Tag("button", Text(button)));
}

Html LaneTable(const std::vector<LaneRow>& lanes, bool may_operate) {
  Table table({"Lane", "State", "#Width", "#Waiting", "#Running", ""});
  for (const LaneRow& lane : lanes) {
    std::string address = "/lanes/" + UrlPart(lane.name);
    Html actions;
    if (may_operate) {
      actions += Button({.address = address,
                         .label = lane.paused ? "Resume" : "Pause",
                         .body = lane.paused ? R"({"paused":false})" : R"({"paused":true})"});
      actions += FieldForm(address, "width-" + lane.name, "width", "Width of lane " + lane.name,
                           {{"type", "number"},
                            {"min", "1"},
                            {"max", std::to_string(limits::kThreadsMax)},
                            {"required", ""},
                            {"value", std::to_string(lane.width)}},
                           "Set width");
    }
    table.Add({Tag("span", {{"class", "name"}}, Text(lane.name)),
               StateBadge(lane.paused ? "paused" : "open"),
               Figure(static_cast<uint64_t>(lane.width)), Figure(lane.pending),
               Figure(lane.running), Tag("div", {{"class", "actions"}}, actions)});
  }
  return table.empty() ? Paragraph("There is none; an import with a lane makes it.")
                       : table.Render("Lanes");
}

Html ThrottleTable(const std::vector<ThrottleRow>& throttles, bool may_operate) {
  Table table({"Import", "Rate", ""});
  for (const ThrottleRow& throttle : throttles) {
    std::string number = throttle.name.substr(throttle.name.find(' ') + 1);
    std::string address = "/imports/" + UrlPart(number) + "/throttle";
    Html actions;
    if (may_operate) {
      actions += FieldForm(address, "rate-" + number, "rate", "Rate of import " + number,
                           {{"value", ToString(throttle.rate)}, {"required", ""}}, "Set rate");
      actions += Button({.address = address, .label = "Lift", .body = R"({"rate":null})"});
    }
    table.Add({Link("/ui/imports/" + UrlPart(number), Text(number)), Text(ToString(throttle.rate)),
               Tag("div", {{"class", "actions"}}, actions)});
  }
  return table.empty() ? Paragraph("No import is held to a rate.") : table.Render("Throttles");
}

Html WorkerTable(const std::vector<WorkerRow>& workers) {
  Table table({"Host", "#Process", "Command", "Serves", "Seen"});
  for (const WorkerRow& worker : workers) {
    std::string number = std::to_string(worker.import.value);
    table.Add({Text(worker.host), Text(std::to_string(worker.pid)), Text(worker.command),
               worker.import ? Link("/ui/imports/" + number, Text("import " + number))
                             : Text("any import"),
               Time(worker.seen_at)});
  }
  return table.empty() ? Paragraph("Nobody loads at this moment.") : table.Render("Workers");
}

Html Pressure(const DatabasePressure& pressure) {
  return Tag("dl", {{"class", "stats"}},
             Stat("sessions", "sessions", Figure(pressure.sessions)) +
                 Stat("sessions_max", "sessions at most", Figure(pressure.sessions_max)) +
                 Stat("active", "statements running", Figure(pressure.active)) +
                 Stat("waiting", "waiting for a lock", Figure(pressure.waiting)) +
                 Stat("bytes", "size", BytesFigure(pressure.bytes)));
}

}  // namespace

http::Reply LanesPage(const http::RouteContext& call, const Services& services) {
  auto session = services.ledger.Take();
  Page page{
      .title = "Lanes", .place = "/ui/lanes", .content = {}, .events = "", .look_ms = kLookMs};
  page.content =
      Paragraph("A lane is a queue with a width that imports share; width 1 keeps order.") +
      Live("lanes", LaneTable(ListLanes(*session), MayOperate(call))) + Heading("Throttles") +
      Live("throttles", ThrottleTable(ListThrottles(*session), MayOperate(call)));
  return PageReply(call, page);
}

http::Reply WorkersPage(const http::RouteContext& call, const Services& services) {
  auto session = services.ledger.Take();
  Page page{
      .title = "Workers", .place = "/ui/workers", .content = {}, .events = "", .look_ms = kLookMs};
  page.content = Live("workers", WorkerTable(LiveWorkers(*session))) + Heading("The database") +
                 Live("pressure", Pressure(ReadPressure(*session)));
  return PageReply(call, page);
}

http::Reply IndexesPage(const http::RouteContext& call, const Services& services) {
  auto session = services.ledger.Take();
  std::vector<SetAsideRow> rows = AsideAndFlawed(*session, true);
  Table table({"Table", "Index", "Kind", "State", "Aside since", "Restored", "#ms", "Error"});
  for (const SetAsideRow& row : rows) {
    table.Add({Tag("span", {{"class", "name"}}, Text(TableOf(row.part))),
               Tag("span", {{"class", "name"}}, Text(row.part.name)), Text(ToString(row.part.kind)),
               StateBadge(row.state), Time(row.aside_at), Time(row.restore_end),
               row.restore_ms ? Figure(static_cast<uint64_t>(*row.restore_ms)) : Html(),
               Text(row.error_message)});
  }
  Page page{
      .title = "Indexes", .place = "/ui/indexes", .content = {}, .events = "", .look_ms = kLookMs};
  page.content = Paragraph("Indexes and keys that imports put aside, and how they came back.") +
                 Live("indexes", table.empty() ? Paragraph("Nothing was put aside.")
                                               : table.Render("Indexes"));
  return PageReply(call, page);
}

}  // namespace sluice
