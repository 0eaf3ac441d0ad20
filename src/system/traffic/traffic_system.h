// System 3: traffic feed files (Waze's CCP format) into the tables of schema waze.
#pragma once

#include <memory>

#include "engine/system.h"

namespace sluice {

// `rewrite`: --legacy-rewrite.
std::unique_ptr<System> NewTrafficSystem(bool rewrite);

}  // namespace sluice
