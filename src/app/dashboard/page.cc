#include "app/dashboard/page.h"

#include <fmt/format.h>

#include <array>

#include "app/dashboard/static_files.h"
#include "app/server/gate.h"
#include "app/server/reply.h"
#include "base/unit.h"
#include "object/uri.h"

namespace sluice {
namespace {

constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

struct Place {
  std::string_view address, name;
  http::Role role;
};
constexpr std::array kPlaces = {
    Place{"/", "Imports", http::Role::kViewer},
    Place{"/ui/start", "Start", http::Role::kOperator},
    Place{"/ui/lanes", "Lanes", http::Role::kViewer},
    Place{"/ui/workers", "Workers", http::Role::kViewer},
    Place{"/ui/indexes", "Indexes", http::Role::kViewer},
};

Html Navigation(const http::RouteContext& call, std::string_view here) {
  Html links;
  for (const Place& place : kPlaces) {
    if (call.caller.role < place.role) continue;
    links +=
        Tag("a",
            {{"href", std::string(place.address)}, {"aria-current", "page", place.address == here}},
            Text(place.name));
  }
  Html who =
      Tag("span", Text(fmt::format("{} ({})", call.caller.name, ToString(call.caller.role))));
  if (!SessionCookie(call).empty()) {
    who += Button({.address = "/logout", .label = "Log out", .look = "plain"});
  }
  return Tag("header",
             Tag("a", {{"class", "brand"}, {"href", "/"}},
                 Void("img", {{"src", StaticAddress("icon.svg")}, {"alt", ""}}) + Text("sluice")) +
                 Tag("nav", {{"aria-label", "Pages"}}, links) +
                 Tag("div", {{"class", "who"}}, who));
}

Html Head(const http::RouteContext& call, const Page& page) {
  std::string cookie = SessionCookie(call);
  return Tag(
      "head",
      Void("meta", {{"charset", "utf-8"}}) +
          Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
          Void("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
          Void("meta", {{"name", "csrf"}, {"content", cookie.empty() ? "" : CsrfToken(cookie)}}) +
          Tag("title", Text(page.title + " · sluice")) +
          Void("link", {{"rel", "icon"}, {"href", StaticAddress("icon.svg")}}) +
          Void("link", {{"rel", "stylesheet"}, {"href", StaticAddress("style.css")}}) +
          Tag("script", {{"src", StaticAddress("app.js")}, {"defer", ""}}, Html()));
}

}  // namespace

http::Reply PageReply(const http::RouteContext& call, const Page& page) {
  Html header;
  if (call.caller.role != http::Role::kAnyone) header = Navigation(call, page.place);
  Html body = Tag("a", {{"class", "skip"}, {"href", "#main"}}, Text("To the content")) + header +
              Tag("main",
                  {{"id", "main"},
                   {"tabindex", "-1"},
                   {"data-events", page.events, !page.events.empty()},
                   {"data-look", std::to_string(page.look_ms), page.look_ms != 0}},
                  Tag("h1", Text(page.title)) + page.content) +
              Tag("div", {{"id", "said"}, {"role", "status"}}, Html());
  http::Reply reply;
  reply.status = page.status;
  reply.content_type = "text/html; charset=utf-8";
  reply.headers.emplace_back("Content-Security-Policy", kPolicy);
  reply.headers.emplace_back("Referrer-Policy", "same-origin");
  reply.body = Document(Tag("html", {{"lang", "en"}}, Head(call, page) + Tag("body", body)));
  return reply;
}

http::Reply ErrorPage(const http::RouteContext& call, const Error& error) {
  Page page{.title = "Not done", .place = "", .content = {}};
  page.content = ErrorBox(std::string(ToString(error.origin())), error.code(), error.message(),
                          error.remedy());
  page.status = StatusFor(error);
  return PageReply(call, page);
}

Html Figure(uint64_t count) {
  return Tag("data", {{"value", std::to_string(count)}}, Text(FormatCount(count)));
}

Html BytesFigure(uint64_t bytes) {
  return Tag("data", {{"value", std::to_string(bytes)}}, Text(FormatBytes(bytes)));
}

Html Stat(std::string_view name, std::string_view label, const Html& figure) {
  return Tag("div", {{"class", "stat"}, {"data-name", std::string(name)}},
             Tag("dt", Text(label)) + Tag("dd", figure));
}

Html StateBadge(std::string_view word) {
  return Tag("span", {{"class", fmt::format("badge {}", word)}}, Text(word));
}

Html Link(std::string address, const Html& content) {
  return Tag("a", {{"href", std::move(address)}}, content);
}

Html Time(const std::string& text) {
  if (text.empty()) return Text("–");
  std::string shown = text.substr(0, text.find('.'));
  if (shown.ends_with("+00")) shown.resize(shown.size() - 3);
  return Tag("time", Text(shown));
}

Html ErrorBox(const std::string& origin, const std::string& code, const std::string& message,
              const std::string& remedy) {
  Html box = Tag("p", Tag("strong", Text(message)));
  if (!remedy.empty()) box += Tag("p", Text("What to do: " + remedy));
  box += Tag("p", {{"class", "quiet"}}, Text(origin + " · " + code));
  return Tag("div", {{"class", "error"}, {"role", "note"}}, box);
}

Html Paragraph(std::string_view text) { return Tag("p", Text(text)); }

Html Heading(std::string_view text) { return Tag("h2", Text(text)); }

void Table::Add(const std::vector<Html>& cells) {
  Html row;
  for (size_t i = 0; i < cells.size(); ++i) {
    bool is_figure = columns_[i].starts_with('#');
    row += Tag("td",
               {{"data-column", std::string(columns_[i].substr(is_figure ? 1 : 0))},
                {"class", "figure", is_figure}},
               Tag("div", cells[i]));
  }
  rows_ += Tag("tr", row);
}

Html Table::Render(std::string_view caption) const {
  Html head;
  for (std::string_view column : columns_) {
    bool is_figure = column.starts_with('#');
    head += Tag("th", {{"scope", "col"}, {"class", "figure", is_figure}},
                Text(column.substr(is_figure ? 1 : 0)));
  }
  return Tag("table",
             Tag("caption", Text(caption)) + Tag("thead", Tag("tr", head)) + Tag("tbody", rows_));
}

Html Button(const Action& action) {
  return Tag("form",
             {{"class", "action"},
              {"method", "post"},
              {"action", action.address},
              {"data-body", action.body},
              {"data-confirm", action.confirm, !action.confirm.empty()}},
             Tag("button", {{"class", std::string(action.look), !action.look.empty()}},
                 Text(action.label)));
}

Html Live(std::string_view id, const Html& content) {
  return Tag("section", {{"id", std::string(id)}, {"class", "live"}}, content);
}

bool MayOperate(const http::RouteContext& call) {
  return call.caller.role >= http::Role::kOperator;
}

std::string UrlPart(std::string_view text) { return EncodeUri(text); }

}  // namespace sluice
