// What `load images` and `plan images` ask for, beyond what all loads do.
#pragma once

#include "app/settings.h"
#include "engine/load_options.h"

namespace sluice {

// Fills options.system_options, and what an import of images has in place of others' choices: a
// rate in objects, and the tag that follows a registration. Errors (kRun): "usage".
void FinishImageRequest(const Settings& settings, LoadOptions& options);

}  // namespace sluice
