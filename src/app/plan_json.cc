// The plan as JSON: one object per object of the source, then the totals.
#include <nlohmann/json.hpp>

#include "app/plan.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Optional(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json Fields(const PlanTotals::Line& line) {
  return {{"objects", line.objects}, {"bytes", line.bytes}};
}

}  // namespace

std::string PlanJson(const PlannedObject& object) {
  return Line({{"action", ToString(object.action)},
               {"why", object.why},
               {"object", object.object},
               {"key", object.key},
               {"bytes", object.size_bytes},
               {"label", Optional(object.label)},
               {"table", Optional(object.table)}});
}

std::string PlanTotalsJson(const PlanTotals& totals, const std::vector<std::string>& hints) {
  using Action = PlannedObject::Action;
  Json actions = Json::object();
  for (Action action :
       {Action::kLoad, Action::kReload, Action::kSkip, Action::kFail, Action::kIgnore}) {
    actions[std::string(ToString(action))] = Fields(totals.of(action));
  }
  Json labels = Json::object();
  for (const auto& [label, line] : totals.by_label) labels[label] = Fields(line);
  return Line({{"totals", actions},
               {"labels", labels},
               {"changed", totals.changed},
               {"dead", totals.dead},
               {"ledger_asked", totals.ledger_asked},
               {"hints", hints}});
}

}  // namespace sluice
