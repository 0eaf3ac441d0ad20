// One import's objects, by state, cause, table and name; and retrying those that are shown.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"
#include "app/explanation.h"
#include "app/import_view.h"
#include "app/server/job_query.h"
#include "app/server/page_query.h"
#include "object/object_ref.h"

namespace sluice {
namespace {

std::string FilterQuery(const JobFilter& filter) {
  std::string state = filter.state ? std::string(ToString(*filter.state)) : "";
  return fmt::format("state={}&code={}&label={}&key={}", state, UrlPart(filter.error_code),
                     UrlPart(filter.label), UrlPart(filter.key_part));
}

Html Field(std::string_view name, std::string_view label, const std::string& value) {
  std::string id = "filter-" + std::string(name);
  return Tag("div", Tag("label", {{"for", id}}, Text(label)) +
                        Void("input", {{"id", id}, {"name", std::string(name)}, {"value", value}}));
}

Html FilterForm(const std::string& address, const JobFilter& filter) {
  Html choices;
  for (std::string_view word : {"", "pending", "running", "done", "skipped", "dead", "cancelled"}) {
    bool chosen = word == (filter.state ? ToString(*filter.state) : "");
    choices += Tag("option", {{"value", std::string(word)}, {"selected", "", chosen}},
                   Text(word.empty() ? "any" : word));
  }
  Html fields = Tag("div", Tag("label", {{"for", "filter-state"}}, Text("State")) +
                               Tag("select", {{"id", "filter-state"}, {"name", "state"}}, choices));
  fields += Field("code", "Cause", filter.error_code) + Field("label", "Label", filter.label) +
            Field("key", "Name contains", filter.key_part);
  return Tag("form", {{"class", "filter"}, {"method", "get"}, {"action", address}},
             fields + Tag("button", Text("Filter")));
}

// What is to be said beside the state.
Html Remarks(const JobRow& job) {
  Html remarks;
  if (!job.error_code.empty()) {
    remarks += Tag("div", Text(job.error_message + ErrorPlace(job)));
    if (!job.error_remedy.empty())
      remarks += Tag("div", {{"class", "quiet"}}, Text(job.error_remedy));
    remarks += Tag("div", {{"class", "quiet"}}, Text(job.error_origin + " · " + job.error_code));
  }
  if (!job.reason.empty()) remarks += Tag("div", {{"class", "quiet"}}, Text(job.reason));
  if (!job.not_before.empty()) remarks += Text("tried again at ") + Time(job.not_before);
  return remarks;
}

Html RowActions(const JobRow& job, const http::RouteContext& call) {
  if (!MayOperate(call)) return {};
  std::string name = ToString(job.object);
  std::string body = nlohmann::json{{"object", name}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
  Html actions;
  if (job.state == JobState::kDead) {
    actions += Button({.address = "/objects/retry", .label = "Retry", .body = body});
  }
  if (job.state == JobState::kDone) {
    actions += Button({.address = "/objects/forget",
                       .label = "Forget",
                       .body = body,
                       .confirm = "Forget this object? The next import loads it again.",
                       .look = "plain"});
  }
  if (job.state == JobState::kDead || job.records.rejected != 0) {
    actions +=
        Link(fmt::format("/ui/imports/{}/rejects?object={}", job.import.value, UrlPart(name)),
             Text("Bad records"));
  }
  return Tag("div", {{"class", "actions"}}, actions);
}

Html ObjectTable(const std::vector<JobRow>& jobs, const http::RouteContext& call) {
  Table table({"Object", "State", "#Size", "#Tries", "#Loaded", "#Rejected", "What happened", ""});
  for (const JobRow& job : jobs) {
    table.Add({Tag("span", {{"class", "name"}}, Text(ToString(job.object))),
               StateBadge(ToString(job.state)), BytesFigure(job.size_bytes),
               Figure(static_cast<uint64_t>(job.attempts)), Figure(job.records.loaded),
               Figure(job.records.rejected), Remarks(job), RowActions(job, call)});
  }
  return table.empty() ? Paragraph("There is none.") : table.Render("Objects");
}

Html RetryAll(const std::string& import, const JobFilter& filter, uint64_t count) {
  if (filter.state != JobState::kDead || count == 0) return {};
  nlohmann::json body = nlohmann::json::object();
  if (!filter.error_code.empty()) body["code"] = filter.error_code;
  if (!filter.label.empty()) body["label"] = filter.label;
  if (!filter.key_part.empty()) body["key"] = filter.key_part;
  return Button({.address = import + "/retry",
                 .label = fmt::format("Retry all {}", count),
                 .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
}

}  // namespace

http::Reply ObjectsPage(const http::RouteContext& call, const Services& services) {
  ImportId id = ParseImportId(call.parameter("import"));
  PageQuery query = ReadPageQuery(call);
  JobFilter filter = ReadJobFilter(call);
  auto session = services.ledger.Take();
  Import import = FindImportOrThrow(*session, id);
  std::vector<JobRow> jobs = FindJobs(*session, id, filter, {query.cursor}, query.limit);
  uint64_t count = CountJobs(*session, id, filter);

  std::string api = fmt::format("/imports/{}", id.value);
  std::string address = "/ui" + api + "/objects";
  Html head = Tag("p", Figure(count) + Text(count == 1 ? " object" : " objects") + Text(" of ") +
                           Link("/ui" + api, Text(fmt::format("import {}", id.value))));
  if (MayOperate(call)) {
    head += Tag("div", {{"class", "actions"}}, RetryAll(api, filter, count));
  }
  Html list = ObjectTable(jobs, call);
  if (static_cast<int>(jobs.size()) == query.limit) {
    list +=
        Tag("p",
            Link(fmt::format("{}?{}&cursor={}", address, FilterQuery(filter), jobs.back().id.value),
                 Text("More objects")));
  }
  Page page{.title = "Objects", .place = "/", .content = {}};
  bool is_over = import.state != ImportState::kRunning && import.state != ImportState::kPending;
  if (!is_over) page.events = api + "/events";
  page.content = FilterForm(address, filter) + Live("count", head) + Live("list", list);
  return PageReply(call, page);
}

}  // namespace sluice
