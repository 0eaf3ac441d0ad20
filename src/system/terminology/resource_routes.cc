#include "system/terminology/resource_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "object/uri.h"
#include "system/terminology/json_text.h"
#include "system/terminology/ocl_schema.h"
#include "system/terminology/resource_read.h"

namespace sluice::ocl {
namespace {

using http::Reply;
using http::RouteContext;

constexpr int64_t kLimitMax = 1000;
constexpr int64_t kPageMax = 1000000000;

Reply Detail(int status, std::string_view why) {
  std::string body;
  ObjectWriter object(body);
  object.Text("detail", why);
  object.End();
  return {.status = status, .body = std::move(body)};
}

// What is no number counts as not given, as OCL has it.
int64_t NumberOf(const RouteContext& context, std::string_view name, int64_t usual, int64_t max) {
  std::string_view text = context.query_value(name).value_or("");
  int64_t number = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = failed == std::errc() && end == text.data() + text.size() && number > 0;
  return whole ? std::min(number, max) : usual;
}

ListQuery QueryOf(const RouteContext& context) {
  ListQuery query;
  if (auto q = context.query_value("q"); q && !q->empty()) query.q = std::string(*q);
  std::string_view retired = context.query_value("includeRetired").value_or("");
  query.include_retired = retired == "true" || retired == "True" || retired == "1";
  query.limit = NumberOf(context, "limit", query.limit, kLimitMax);
  query.page = NumberOf(context, "page", query.page, kPageMax);
  return query;
}

// A page beside this one, with the same question.
std::string PageUrl(const RouteContext& context, const ListQuery& query, int64_t page) {
  std::string url =
      fmt::format("{}?page={}&limit={}", EncodeUriPath(context.path), page, query.limit);
  if (query.q) url += "&q=" + EncodeUri(*query.q);
  return query.include_retired ? url + "&includeRetired=true" : url;
}

Reply ListReply(const RouteContext& context, const ListQuery& query, const Found& found) {
  Reply reply;
  reply.body = "[";
  for (const std::string& body : found.bodies) {
    if (reply.body.size() > 1) reply.body += ", ";
    reply.body += body;
  }
  reply.body += "]";
  int64_t pages = (found.total + query.limit - 1) / query.limit;
  reply.headers = {{"num_found", std::to_string(found.total)},
                   {"num_returned", std::to_string(found.bodies.size())},
                   {"pages", std::to_string(pages)},
                   {"page_number", std::to_string(query.page)}};
  if (query.page < pages) {
    reply.headers.emplace_back("next", PageUrl(context, query, query.page + 1));
  }
  if (query.page > 1) {
    reply.headers.emplace_back("previous", PageUrl(context, query, query.page - 1));
  }
  return reply;
}

// Who has no account yet sees what everybody sees.
Requester RequesterOf(pg::Connection& session, const http::Caller& caller) {
  Requester requester = FindRequesterIfAny(session, caller.name).value_or(Requester{});
  requester.staff = caller.role == http::Role::kAdmin;
  return requester;
}

Reply Get(pg::Pool& ledger, const RouteContext& context) {
  std::optional<ResourcePath> path = ParseResourcePath(context.path);
  if (!path) return Detail(404, "Not found.");
  auto session = ledger.Take();
  PrepareSchema(*session);
  ListQuery query = QueryOf(context);
  Requester requester = RequesterOf(*session, context.caller);
  std::optional<Found> found = ReadResource(*session, requester, *path, query);
  if (!found) return Detail(404, "Not found.");
  if (path->list) return ListReply(context, query, *found);
  return {.status = 200, .body = found->bodies.front()};
}

http::RouteDoc Doc() {
  constexpr char kInteger[] = R"({"type":"integer"})";
  return {.summary = "what terminology imports made",
          .query = {{.name = "q", .help = "lists: in ids and names"},
                    {.name = "includeRetired", .help = "lists: true: retired ones too"},
                    {.name = "limit", .help = "lists: how many on a page", .schema = kInteger},
                    {.name = "page", .help = "lists: which page, from 1", .schema = kInteger}}};
}

}  // namespace

std::vector<http::Route> ResourceRoutes(const Services& services) {
  std::vector<http::Route> routes;
  for (const char* pattern :
       {"/orgs", "/orgs/", "/orgs/{path...}", "/users", "/users/", "/users/{path...}"}) {
    routes.push_back({.method = "GET",
                      .pattern = pattern,
                      .role = http::Role::kViewer,
                      .doc = Doc(),
                      .handle = [&ledger = services.ledger](const RouteContext& context) {
                        return Get(ledger, context);
                      }});
  }
  return routes;
}

}  // namespace sluice::ocl
