// One import: how far it is, what it loaded, what is wrong.
#include <fmt/format.h>

#include <array>

#include "app/dashboard/chart.h"
#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"
#include "app/import_view.h"
#include "app/status_view.h"
#include "app/summary.h"
#include "ledger/throttle.h"

namespace sluice {
namespace {

constexpr std::array kStates = {JobState::kDone,    JobState::kRunning, JobState::kPending,
                                JobState::kSkipped, JobState::kDead,    JobState::kCancelled};

std::string AddressOf(const StatusView& view) {
  return fmt::format("/imports/{}", view.import.id.value);
}

bool IsOver(const Import& import) {
  return import.state != ImportState::kPending && import.state != ImportState::kRunning;
}

// The bytes of each state as a share of a bar.
Html Bar(const Tally& tally) {
  uint64_t all = 0;
  for (JobState state : kStates) all += tally.all(state).packed_bytes;
  if (all == 0) return {};
  Html parts;
  double at = 0;
  for (JobState state : kStates) {
    double share =
        100.0 * static_cast<double>(tally.all(state).packed_bytes) / static_cast<double>(all);
    if (share == 0) continue;
    parts += Tag("rect",
                 {{"class", std::string(ToString(state))},
                  {"x", fmt::format("{:.2f}%", at)},
                  {"width", fmt::format("{:.2f}%", share)},
                  {"height", "100%"}},
                 Html());
    at += share;
  }
  uint64_t done = tally.all(JobState::kDone).packed_bytes;
  double percent = 100.0 * static_cast<double>(done) / static_cast<double>(all);
  return Tag("svg",
             {{"class", "bar"},
              {"role", "img"},
              {"aria-label", fmt::format("{:.0f} % of the bytes are loaded", percent)}},
             parts);
}

Html Objects(const StatusView& view) {
  Html stats;
  for (JobState state : kStates) {
    std::string word(ToString(state));
    std::string address = fmt::format("/ui{}/objects?state={}", AddressOf(view), word);
    uint64_t jobs = view.tally.all(state).jobs;
    Html count =
        Tag("a", {{"href", address}, {"aria-label", fmt::format("{} objects {}", jobs, word)}},
            Figure(jobs));
    stats += Tag("div",
                 {{"class", jobs == 0 ? "stat" : "stat " + word}, {"data-name", "objects." + word}},
                 Tag("dt", Text("objects " + word)) + Tag("dd", count));
  }
  return Tag("dl", {{"class", "stats"}}, stats);
}

Html Records(const StatusView& view, const http::RouteContext& call) {
  const Counts& records = view.tally.all(JobState::kDone).records;
  Html rejected = Figure(records.rejected);
  if (MayOperate(call)) rejected = Link("/ui" + AddressOf(view) + "/rejects", rejected);
  uint64_t waiting = view.tally.all(JobState::kPending).packed_bytes +
                     view.tally.all(JobState::kRunning).packed_bytes;
  return Tag("dl", {{"class", "stats"}},
             Stat("records.read", "records read", Figure(records.read)) +
                 Stat("records.loaded", "records loaded", Figure(records.loaded)) +
                 Stat("records.rejected", "records rejected", rejected) +
                 Stat("records.skipped", "records skipped", Figure(records.skipped)) +
                 Stat("bytes.done", "bytes loaded",
                      BytesFigure(view.tally.all(JobState::kDone).packed_bytes)) +
                 Stat("bytes.waiting", "bytes to go", BytesFigure(waiting)));
}

Html Tables(const StatusView& view) {
  if (view.tables.empty()) return {};
  Table table({"Label", "Table", "#Objects", "#Rows"});
  for (const LabelTally& line : view.tables) {
    table.Add({Text(line.label), Text(TableOfTarget(line.target)), Figure(line.objects),
               Figure(line.records_loaded)});
  }
  return Heading("Tables") + table.Render("What was loaded, by table");
}

Html Missing(const StatusView& view) {
  if (view.missing.empty()) return {};
  return Tag("div", {{"class", "error"}, {"role", "note"}},
             Tag("pre", Text(MissingPartsText(view.missing))));
}

Html Facts(const StatusView& view, const std::optional<Rate>& rate) {
  const Import& import = view.import;
  Html facts = Tag("p", StateBadge(StateWord(import)) + Text(" " + import.system + " from ") +
                            Tag("span", {{"class", "name"}}, Text(import.source)));
  facts +=
      Tag("p", {{"class", "quiet"}},
          Text("begun ") + Time(import.started_at) + Text(" · ended ") + Time(import.finished_at) +
              Text(rate ? " · held to " + ToString(*rate) : std::string()) +
              Text(import.listed ? "" : " · still being listed"));
  if (!import.error_code.empty()) {
    facts +=
        ErrorBox(import.error_origin, import.error_code, import.error_message, import.error_remedy);
  }
  return facts;
}

Html Causes(const StatusView& view, const std::vector<CauseTally>& causes) {
  if (causes.empty()) return {};
  Table table({"Cause", "#Dead objects"});
  for (const CauseTally& cause : causes) {
    table.Add({Link(fmt::format("/ui{}/objects?state=dead&code={}", AddressOf(view),
                                UrlPart(cause.error_code)),
                    Text(cause.error_code)),
               Figure(cause.jobs)});
  }
  return Heading("Why objects are dead") + table.Render("Dead objects by cause");
}

Html Actions(const StatusView& view, const http::RouteContext& call) {
  Html actions;
  uint64_t dead = view.tally.all(JobState::kDead).jobs;
  if (MayOperate(call) && dead != 0 && view.import.state != ImportState::kCancelled) {
    actions += Button(
        {.address = AddressOf(view) + "/retry", .label = fmt::format("Retry {} dead", dead)});
  }
  if (MayOperate(call) && !IsOver(view.import)) {
    actions += Button({.address = AddressOf(view) + "/cancel",
                       .label = "Cancel",
                       .confirm = "Cancel this import? What it loaded stays.",
                       .look = "danger"});
  }
  actions += Link(fmt::format("/ui{}/objects", AddressOf(view)), Text("All objects"));
  if (view.import.system == "images") {
    actions += Link(fmt::format("/ui{}/history", AddressOf(view)), Text("History"));
  }
  if (MayOperate(call)) actions += Link("/ui" + AddressOf(view) + "/rejects", Text("Bad records"));
  return Tag("div", {{"class", "actions"}}, actions);
}

}  // namespace

http::Reply ImportPage(const http::RouteContext& call, const Services& services) {
  ImportId id = ParseImportId(call.parameter("import"));
  auto session = services.ledger.Take();
  StatusView view = ReadStatus(*session, id);
  Page page{.title = fmt::format("Import {}", id.value), .place = "/", .content = {}};
  if (!IsOver(view.import)) page.events = AddressOf(view) + "/events";
  page.content =
      Live("facts", Facts(view, GetThrottle(*session, ThrottleName(id))) + Bar(view.tally)) +
      Live("actions", Actions(view, call)) + Live("objects", Objects(view)) +
      Live("records", Records(view, call)) +
      Live("chart", RowsChart(ReadLoadedOverTime(*session, id, kChartParts))) +
      Live("causes", Causes(view, TallyCauses(*session, id))) + Live("tables", Tables(view)) +
      Live("missing", Missing(view));
  return PageReply(call, page);
}

}  // namespace sluice
