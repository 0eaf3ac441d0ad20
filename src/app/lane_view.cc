#include "app/lane_view.h"

#include <nlohmann/json.hpp>

namespace sluice {

std::string LaneJson(const LaneRow& lane) {
  using Json = nlohmann::ordered_json;
  return Json{{"lane", lane.name},
              {"width", lane.width},
              {"paused", lane.paused},
              {"waiting", lane.pending},
              {"running", lane.running}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Error LaneUnknown(const std::string& name) {
  return Fault("lane-unknown", "there is no lane '" + name + "'")
      .With(Scope::kRun)
      .Remedy("`sluice lanes` lists them; `sluice lanes width` makes one");
}

}  // namespace sluice
