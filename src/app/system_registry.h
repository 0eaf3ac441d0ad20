// The systems by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/load_options.h"
#include "engine/system.h"

namespace sluice {

// Errors (kRun): "system-absent" for a system that is unknown or not in this version yet; the
// system's own for options it cannot take.
std::unique_ptr<System> MakeSystem(const std::string& name, const LoadOptions& options);
// The systems that this version has.
std::vector<std::string> SystemNames();

}  // namespace sluice
