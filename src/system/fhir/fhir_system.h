// System 1: FHIR resources in NDJSON files, into one table per resource type.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/system.h"

namespace sluice {

// `types`: the resource types to recognise; empty: all that STU3, R4 and R5 know.
// Errors (kRun): "type-invalid" for a name that cannot be a resource type.
std::unique_ptr<System> NewFhirSystem(std::vector<std::string> types);

}  // namespace sluice
