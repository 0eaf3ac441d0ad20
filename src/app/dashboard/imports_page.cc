// All imports, newest first.
#include <fmt/format.h>

#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"
#include "app/import_view.h"
#include "app/server/page_query.h"
#include "ledger/gauge.h"
#include "ledger/import_ledger.h"

namespace sluice {
namespace {

constexpr int kLookMs = 3000;

Html Overview(const LedgerGauges& gauges) {
  return Tag("dl", {{"class", "stats"}},
             Stat("imports_running", "imports under way", Figure(gauges.imports_running)) +
                 Stat("jobs_running", "objects loading", Figure(gauges.jobs_running)) +
                 Stat("jobs_pending", "objects waiting", Figure(gauges.jobs_pending)) +
                 Stat("bytes_pending", "bytes waiting", BytesFigure(gauges.bytes_pending)) +
                 Stat("rejects_open", "bad records open", Figure(gauges.rejects_open)) +
                 Stat("workers", "workers", Figure(gauges.workers)));
}

Html Filters(std::string_view chosen) {
  Html links;
  for (std::string_view word : {"", "running", "completed", "failed", "cancelled"}) {
    std::string address = word.empty() ? "/" : fmt::format("/?state={}", word);
    links += Tag("a", {{"href", address}, {"aria-current", "true", word == chosen}},
                 Text(word.empty() ? "all" : word));
  }
  return Tag("nav", {{"class", "filters"}, {"aria-label", "Imports by state"}}, links);
}

}  // namespace

http::Reply ImportsPage(const http::RouteContext& call, const Services& services) {
  PageQuery query = ReadPageQuery(call);
  std::string word(call.query_value("state").value_or(""));
  std::optional<ImportState> state;
  if (!word.empty()) state = ParseImportState(word);
  auto session = services.ledger.Take();
  std::vector<Import> imports = ListImports(*session, {query.cursor}, state, query.limit);
  Table table({"#Import", "State", "System", "Source", "Begun", "Ended"});
  for (const Import& import : imports) {
    table.Add({Link(fmt::format("/ui/imports/{}", import.id.value),
                    Text(std::to_string(import.id.value))),
               StateBadge(StateWord(import)), Text(import.system),
               Tag("span", {{"class", "name"}}, Text(import.source)), Time(import.started_at),
               Time(import.finished_at)});
  }
  Html list = table.empty() ? Paragraph("There is none yet.") : table.Render("Imports");
  if (static_cast<int>(imports.size()) == query.limit) {
    list += Tag("p", Link(fmt::format("/?state={}&cursor={}", word, imports.back().id.value),
                          Text("Older imports")));
  }
  Page page{.title = "Imports", .place = "/", .content = {}, .events = "", .look_ms = kLookMs};
  page.content = Live("overview", Overview(ReadGauges(*session))) + Filters(word);
  page.content += Live("imports", list);
  return PageReply(call, page);
}

}  // namespace sluice
