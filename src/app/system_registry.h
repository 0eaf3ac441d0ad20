// The systems by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/load_request.h"
#include "app/settings.h"
#include "base/stop.h"
#include "engine/load_options.h"
#include "engine/system.h"

namespace sluice {

// Errors (kRun): "system-absent" for a system that is unknown or not in this version yet; the
// system's own for options it cannot take.
std::unique_ptr<System> MakeSystem(const std::string& name, const LoadOptions& options);
// The systems that have doors of their own in `sluice serve`.
std::vector<std::string> SystemNames();

// For a request that is made now: also reads what lies at its sources and tells how they are to be
// read. Errors: as MakeSystem, and the store's.
std::unique_ptr<System> RequestSystem(LoadRequest& request, const Settings& settings,
                                      const Stop& stop);

}  // namespace sluice
