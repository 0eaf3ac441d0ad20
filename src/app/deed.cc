#include "app/deed.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/text.h"

namespace sluice {

std::string DeedText(const Deed& deed) {
  std::string text = fmt::format("{}: {}\n", deed.outcome, Counted(deed.count, "object"));
  if (deed.count == 0) return text;
  for (const std::string& next : deed.next) text += "next: " + next + "\n";
  return text;
}

std::string DeedJson(const Deed& deed) {
  using Json = nlohmann::ordered_json;
  return Json{{deed.verb, deed.count}, {"next", deed.next}}.dump(-1, ' ', false,
                                                                 Json::error_handler_t::replace);
}

void Tell(const Deed& deed, const Settings& settings) {
  if (settings.json) {
    fmt::print("{}\n", DeedJson(deed));
  } else if (!settings.quiet) {
    fmt::print("{}", DeedText(deed));
  }
}

}  // namespace sluice
