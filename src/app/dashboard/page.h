// What all pages of the dashboard share: the frame around them, and how figures, states and buttons
// look.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/dashboard/html.h"
#include "base/error.h"
#include "http/route.h"

namespace sluice {

struct Page {
  std::string title;
  std::string_view place;  // the navigation's address that it belongs to
  Html content;
  // What brings it up to date: server-sent events from this address, or a look every so many
  // milliseconds. Then its parts with an id and class "live" are fetched anew.
  std::string events = {};
  int look_ms = 0;
  int status = 200;
};
http::Reply PageReply(const http::RouteContext& call, const Page& page);
// `error` as a page.
http::Reply ErrorPage(const http::RouteContext& call, const Error& error);

// A figure: its exact value is the element's `value`, its text is for people.
Html Figure(uint64_t count);
Html BytesFigure(uint64_t bytes);
// A labelled figure of a row of figures; `name` as status --json calls it ("records.loaded").
Html Stat(std::string_view name, std::string_view label, const Html& figure);
Html StateBadge(std::string_view word);
Html Link(std::string address, const Html& content);
// "2026-11-21 10:11:12+00" without the zone where it is UTC; "–" for none.
Html Time(const std::string& text);
Html ErrorBox(const std::string& origin, const std::string& code, const std::string& message,
              const std::string& remedy);
Html Paragraph(std::string_view text);
Html Heading(std::string_view text);

// A table that becomes a list of cards on a narrow screen.
class Table {
 public:
  // Columns whose name begins with '#' hold figures.
  explicit Table(std::vector<std::string_view> columns) : columns_(std::move(columns)) {}
  void Add(const std::vector<Html>& cells);
  bool empty() const { return rows_.empty(); }
  // `caption` says to those who cannot see what the table holds.
  Html Render(std::string_view caption) const;

 private:
  const std::vector<std::string_view> columns_;
  Html rows_;
};

// A button that calls the API: POST `address` with `body` (JSON) and the page's fields around it.
struct Action {
  std::string address;
  std::string label;
  std::string body = "{}";
  std::string confirm = {};  // a question first
  std::string_view look = "";
};
Html Button(const Action& action);

// A part that is fetched anew when something changed.
Html Live(std::string_view id, const Html& content);

bool MayOperate(const http::RouteContext& call);
// Percent-encoded for a path segment or a query's value.
std::string UrlPart(std::string_view text);

}  // namespace sluice
