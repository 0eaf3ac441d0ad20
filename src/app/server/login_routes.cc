#include "app/server/login_routes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/server/gate.h"
#include "app/server/limits.h"
#include "app/server/reply.h"
#include "app/server/router.h"
#include "object/uri.h"

namespace sluice {
namespace {

using nlohmann::json;

constexpr char kForm[] = "application/x-www-form-urlencoded";

bool IsForm(const http::RouteContext& context) {
  return context.header("Content-Type").value_or("").starts_with(kForm);
}

std::string FormField(const http::RouteContext& context, std::string_view wanted) {
  for (const auto& [name, value] : ParseQuery(context.body)) {
    if (name == wanted) return value;
  }
  return "";
}

std::string GivenKey(const http::RouteContext& context) {
  if (IsForm(context)) return FormField(context, "key");
  json body = json::parse(context.body, nullptr, false);
  if (body.is_object() && body.contains("key") && body["key"].is_string()) return body["key"];
  return "";
}

std::string Cookie(const std::string& value, std::chrono::seconds life, bool secure) {
  return fmt::format("sluice_session={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", value,
                     life.count(), secure ? "; Secure" : "");
}

json Described(const http::Caller& caller, const std::string& cookie) {
  return {{"user", caller.name},
          {"role", ToString(caller.role)},
          {"csrf", cookie.empty() ? json(nullptr) : json(CsrfToken(cookie))}};
}

// The page that was asked for, if it is one of ours: "//host" and "/\\host" are not.
std::string NextPage(const http::RouteContext& context) {
  std::string next = FormField(context, "next");
  bool is_ours = next.starts_with('/') && !next.starts_with("//") &&
                 next.find('\\') == std::string::npos && EncodeUriPath(next) == next;
  return is_ours ? next : "/";
}

http::Reply SeeOther(std::string address) {
  http::Reply reply{.status = 303, .body = ""};
  reply.headers.emplace_back("Location", std::move(address));
  return reply;
}

// A form's browser goes on to a page; a program gets JSON.
http::Reply Reply(const http::RouteContext& context, const json& body, std::string cookie) {
  http::Reply reply = JsonReply(body.dump() + "\n");
  if (IsForm(context)) reply = SeeOther(NextPage(context));
  reply.headers.emplace_back("Set-Cookie", std::move(cookie));
  return reply;
}

http::Reply LogIn(const http::RouteContext& context, pg::Pool& ledger, bool secure) {
  auto session = ledger.Take();
  auto holder = FindTokenHolder(*session, GivenKey(context));
  if (!holder && IsForm(context)) return SeeOther("/login?failed&next=" + NextPage(context));
  if (!holder) {
    throw Fault("unauthenticated", "this key is not valid")
        .Remedy("`sluice tokens create` makes one");
  }
  std::string cookie = MakeSession(*session, holder->token, server_limits::kSessionLife);
  http::Caller caller{.user = holder->user,
                      .name = holder->name,
                      .role = http::ParseRole(holder->role).value_or(http::Role::kAnyone),
                      .token = holder->token};
  http::Reply reply = Reply(context, Described(caller, cookie),
                            Cookie(cookie, server_limits::kSessionLife, secure));
  reply.subject = "user " + holder->name;
  return reply;
}

http::Reply LogOut(const http::RouteContext& context, pg::Pool& ledger, bool secure) {
  auto session = ledger.Take();
  EndSession(*session, SessionCookie(context));
  return Reply(context, json::object(), Cookie("", std::chrono::seconds(0), secure));
}

}  // namespace

std::vector<http::Route> LoginRoutes(const Services& services, bool secure) {
  pg::Pool& ledger = services.ledger;
  std::vector<http::Route> routes;
  routes.push_back(
      {.method = "POST",
       .pattern = "/login",
       .role = http::Role::kAnyone,
       .doc = {.summary = "log a browser in: a key for a cookie",
               .request = R"({"type":"object","required":["key"],)"
                          R"("properties":{"key":{"type":"string"}}})"},
       .handle = [&ledger, secure](
                     const http::RouteContext& context) { return LogIn(context, ledger, secure); },
       .body_max = 4096,
       .content_types = {"application/json", kForm}});
  routes.push_back(
      {.method = "POST",
       .pattern = "/logout",
       .role = http::Role::kViewer,
       .doc = {.summary = "end the browser's session"},
       .handle = [&ledger, secure](
                     const http::RouteContext& context) { return LogOut(context, ledger, secure); },
       .body_max = 4096,
       .content_types = {"application/json", kForm}});
  routes.push_back({.method = "GET",
                    .pattern = "/session",
                    .role = http::Role::kViewer,
                    .doc = {.summary = "who calls, and the CSRF token of a browser's session"},
                    .handle = [](const http::RouteContext& context) {
                      json body = Described(context.caller, SessionCookie(context));
                      return JsonReply(body.dump() + "\n");
                    }});
  return routes;
}

}  // namespace sluice
