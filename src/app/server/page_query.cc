#include "app/server/page_query.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace sluice {
namespace {

constexpr int kLimitDefault = 50;
constexpr int kLimitMax = 1000;

int64_t Number(const http::RouteContext& context, std::string_view name, int64_t otherwise,
               int64_t most) {
  auto text = context.query_value(name);
  if (!text) return otherwise;
  int64_t number = 0;
  auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed == std::errc() && end == text->data() + text->size() && number > 0 && number <= most) {
    return number;
  }
  throw Fault("usage", fmt::format("{} must be a whole number from 1 to {}", name, most))
      .With(Scope::kRun)
      .Remedy("a cursor is what `next` of the page before says");
}

}  // namespace

PageQuery ReadPageQuery(const http::RouteContext& context) {
  return {.limit = static_cast<int>(Number(context, "limit", kLimitDefault, kLimitMax)),
          .cursor = Number(context, "cursor", 0, INT64_MAX)};
}

std::string PageJson(const std::string& name, const std::vector<std::string>& items, int limit,
                     int64_t last) {
  bool more = static_cast<int>(items.size()) == limit;
  return fmt::format(R"({{"{}":[{}],"next":{}}})"
                     "\n",
                     name, fmt::join(items, ","), more ? std::to_string(last) : "null");
}

std::vector<http::RouteDoc::Parameter> PageParameters() {
  return {{.name = "limit",
           .help = "at most so many (default 50, at most 1000)",
           .schema = R"({"type":"integer","minimum":1,"maximum":1000})"},
          {.name = "cursor",
           .help = "`next` of the page before",
           .schema = R"({"type":"integer","minimum":1})"}};
}

}  // namespace sluice
