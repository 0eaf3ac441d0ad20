#include "app/system_registry.h"

#include <string_view>

#include "app/image_request.h"
#include "app/script_request.h"
#include "app/table_request.h"
#include "base/error.h"
#include "system/fhir/fhir_system.h"
#include "system/images/image_system.h"
#include "system/table/table_system.h"
#include "system/terminology/terminology_system.h"
#include "system/traffic/traffic_system.h"

namespace sluice {

std::unique_ptr<System> MakeSystem(const std::string& name, const LoadOptions& options) {
  if (name == "fhir") return NewFhirSystem(options.types);
  if (name == "table") return NewTableSystem(options);
  if (name == "images") return NewImageSystem(options);
  if (name == "terminology") return NewTerminologySystem(options);
  if (name == "traffic") return NewTrafficSystem(options.legacy_rewrite);
  throw Fault("system-absent", "there is no system '" + name + "'")
      .With(Scope::kRun)
      .Remedy("this version has: fhir, images, table, terminology, traffic");
}

std::unique_ptr<System> RequestSystem(LoadRequest& request, const Settings& settings,
                                      const Stop& stop) {
  if (request.options.system == "table") return RequestTableSystem(request, settings, stop);
  if (request.options.system == "terminology") RequestScript(request, settings);
  if (request.options.system == "images") FinishImageRequest(settings, request.options);
  return MakeSystem(request.options.system, request.options);
}

std::vector<std::string> SystemNames() { return {"fhir", "terminology", "traffic"}; }

}  // namespace sluice
