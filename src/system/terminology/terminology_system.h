// System 2: OCL's bulk import scripts into the terminology store, schema ocl.
#pragma once

#include <memory>

#include "engine/load_options.h"
#include "engine/system.h"

namespace sluice {

// `options.system_options` is a submission's (script_options.h); without a system in `options`,
// the system has only its doors.
// Errors (kNever, kRun): "usage" for an import that is no submission.
std::unique_ptr<System> NewTerminologySystem(const LoadOptions& options);

}  // namespace sluice
