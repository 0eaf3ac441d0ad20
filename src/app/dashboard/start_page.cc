// A form that starts an import: the options of `sluice load`, each with its help.
#include <algorithm>
#include <array>

#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"
#include "app/option.h"
#include "app/server/import_body.h"
#include "app/system_registry.h"

namespace sluice {
namespace {

// What most imports want to say; the rest is behind "More options".
constexpr std::array<std::string_view, 4> kFirst = {"upsert", "on-reject", "changed", "lane"};

Html Choice(const std::string& id, const std::string& name,
            const std::vector<std::string_view>& words, bool may_be_empty) {
  Html options;
  if (may_be_empty) options += Tag("option", {{"value", ""}}, Text("as configured"));
  for (std::string_view word : words) {
    options += Tag("option", {{"value", std::string(word)}}, Text(word));
  }
  return Tag("select", {{"id", id}, {"name", name}}, options);
}

Html OptionField(const Option& option) {
  std::string name(option.name);
  std::string id = "option-" + name;
  Html hint = Tag("p", {{"class", "quiet"}, {"id", id + "-help"}}, Text(option.help));
  Html label = Tag("label", {{"for", id}}, Text(name));
  Attribute help{"aria-describedby", id + "-help"};
  if (option.is_switch()) {
    Html box = Void("input", {{"id", id}, {"name", name}, {"type", "checkbox"}, help});
    return Tag("div", {{"class", "field switch"}}, box + label + hint);
  }
  Html input;
  if (!option.choices().empty()) {
    input = Choice(id, name, option.choices(), true);
  } else if (option.repeatable) {
    input = Tag("textarea",
                {{"id", id}, {"name", name}, {"rows", "2"}, {"data-kind", "lines"}, help}, Html());
  } else {
    input = Void("input", {{"id", id}, {"name", name}, help});
  }
  return Tag("div", {{"class", "field"}}, label + input + hint);
}

}  // namespace

http::Reply StartPage(const http::RouteContext& call, const Services&) {
  std::vector<std::string> names = SystemNames();
  Html form = Tag("div", {{"class", "field"}},
                  Tag("label", {{"for", "system"}}, Text("System")) +
                      Choice("system", "system", {names.begin(), names.end()}, false));
  form += Tag("div", {{"class", "field"}},
              Tag("label", {{"for", "sources"}}, Text("Sources, one a line")) +
                  Tag("textarea",
                      {{"id", "sources"},
                       {"name", "sources"},
                       {"rows", "3"},
                       {"required", ""},
                       {"data-kind", "lines"},
                       {"placeholder", "s3://bucket/prefix/"}},
                      Html()));
  Html more;
  for (std::string_view name : ImportBodyOptions()) {
    bool is_first = std::ranges::find(kFirst, name) != kFirst.end();
    (is_first ? form : more) += OptionField(*FindOption(name));
  }
  form += Tag("details", Tag("summary", Text("More options")) + more);
  form += Tag("button", Text("Start the import"));
  Page page{.title = "Start an import", .place = "/ui/start", .content = {}};
  page.content = Tag("form",
                     {{"class", "action card start"},
                      {"method", "post"},
                      {"action", "/imports"},
                      {"data-then", "/ui/imports/{import}"}},
                     form);
  return PageReply(call, page);
}

}  // namespace sluice
