#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"

namespace sluice {

http::Reply LoginPage(const http::RouteContext& call) {
  Html form;
  if (call.query_value("failed")) {
    form += Tag("p", {{"class", "error"}, {"role", "alert"}}, Text("This key is not valid."));
  }
  std::string next(call.query_value("next").value_or("/"));
  form += Void("input", {{"type", "hidden"}, {"name", "next"}, {"value", next}});
  form += Tag("label", {{"for", "key"}}, Text("Key"));
  form += Void("input", {{"id", "key"},
                         {"name", "key"},
                         {"type", "password"},
                         {"autocomplete", "current-password"},
                         {"required", ""},
                         {"autofocus", ""}});
  form += Tag("button", Text("Log in"));
  form += Tag("p", {{"class", "quiet"}},
              Text("Keys are made by ") + Tag("code", Text("sluice tokens create")) + Text("."));
  Page page{.title = "Log in", .place = "", .content = {}};
  page.content =
      Tag("form", {{"class", "login card"}, {"method", "post"}, {"action", "/login"}}, form);
  return PageReply(call, page);
}

}  // namespace sluice
