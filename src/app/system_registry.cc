#include "app/system_registry.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "app/script_request.h"
#include "app/table_request.h"
#include "base/error.h"
#include "system/fhir/fhir_system.h"
#include "system/table/table_system.h"
#include "system/terminology/terminology_system.h"
#include "system/traffic/traffic_system.h"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 1> kLater = {"images"};

}  // namespace

std::unique_ptr<System> MakeSystem(const std::string& name, const LoadOptions& options) {
  if (name == "fhir") return NewFhirSystem(options.types);
  if (name == "table") return NewTableSystem(options);
  if (name == "terminology") return NewTerminologySystem(options);
  if (name == "traffic") return NewTrafficSystem(options.legacy_rewrite);
  bool later = std::ranges::find(kLater, name) != kLater.end();
  throw Fault("system-absent", later ? "system '" + name + "' is not in this version yet"
                                     : "there is no system '" + name + "'")
      .With(Scope::kRun)
      .Remedy("this version has: fhir, table, terminology, traffic");
}

std::unique_ptr<System> RequestSystem(LoadRequest& request, const Settings& settings,
                                      const Stop& stop) {
  if (request.options.system == "table") return RequestTableSystem(request, settings, stop);
  if (request.options.system == "terminology") RequestScript(request, settings);
  return MakeSystem(request.options.system, request.options);
}

std::vector<std::string> SystemNames() { return {"fhir", "terminology", "traffic"}; }

}  // namespace sluice
