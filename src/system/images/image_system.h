// Images: each object that qualifies is registered through the portal's gateway, once, and marked.
#pragma once

#include <memory>

#include "engine/system.h"

namespace sluice {

// `options.system_options` as image_options.h writes them.
std::unique_ptr<System> NewImageSystem(const LoadOptions& options);

}  // namespace sluice
