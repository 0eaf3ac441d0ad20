// What another system was told of an import's objects: one row for each try, the newest first.
#include <fmt/format.h>

#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"
#include "app/import_view.h"
#include "app/server/call_query.h"
#include "app/server/page_query.h"
#include "ledger/call.h"

namespace sluice {
namespace {

Html Field(const std::string& name, std::string_view label, std::string_view value) {
  std::string id = "filter-" + name;
  return Tag("div", Tag("label", {{"for", id}}, Text(label)) +
                        Void("input", {{"id", id}, {"name", name}, {"value", std::string(value)}}));
}

std::string Asked(const http::RouteContext& call, std::string_view name) {
  return std::string(call.query_value(name).value_or(""));
}

Html FilterForm(const std::string& address, const http::RouteContext& call) {
  return Tag("form", {{"class", "filter"}, {"method", "get"}, {"action", address}},
             Field("user", "User", Asked(call, "user")) +
                 Field("object", "Object", Asked(call, "object")) +
                 Field("state", "State", Asked(call, "state")) + Tag("button", Text("Filter")));
}

Html Outcome(const CallRow& call) {
  Html outcome;
  if (!call.result.empty()) outcome += Tag("div", Text("image " + call.result));
  if (!call.error_code.empty()) {
    outcome += Tag("div", Text(call.error_message)) +
               Tag("div", {{"class", "quiet"}}, Text(call.error_code));
  }
  return outcome;
}

Html Rows(const std::vector<CallRow>& calls) {
  Table table({"Object", "User", "State", "Sent", "What came of it"});
  for (const CallRow& call : calls) {
    table.Add({Tag("span", {{"class", "name"}}, Text(ToString(call.object))), Text(call.subject),
               StateBadge(call.state), Time(call.sent_at), Outcome(call)});
  }
  return table.empty() ? Paragraph("There is none.") : table.Render("History");
}

}  // namespace

http::Reply HistoryPage(const http::RouteContext& call, const Services& services) {
  PageQuery query = ReadPageQuery(call);
  auto session = services.ledger.Take();
  ImportId id = ParseImportId(call.parameter("import"));
  FindImportOrThrow(*session, id);
  CallFilter filter = ReadCallFilter(call, *session);
  std::vector<CallRow> calls = ListCalls(*session, filter, {query.cursor}, query.limit);

  std::string import = fmt::format("/ui/imports/{}", id.value);
  std::string address = import + "/history";
  Html list = Rows(calls);
  if (static_cast<int>(calls.size()) == query.limit) {
    std::string older =
        fmt::format("{}?user={}&object={}&state={}&cursor={}", address, UrlPart(filter.subject),
                    UrlPart(Asked(call, "object")), UrlPart(filter.state), calls.back().id.value);
    list += Tag("p", Link(older, Text("Older calls")));
  }
  Page page{.title = "History", .place = "/", .content = {}};
  page.content = Tag("p", Link(import, Text(fmt::format("Import {}", id.value)))) +
                 FilterForm(address, call) + Live("list", list);
  return PageReply(call, page);
}

}  // namespace sluice
