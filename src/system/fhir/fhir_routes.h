// The doors that Aidbox's clients know: /rpc, /LoaderFile, /DisabledIndex.
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

std::vector<http::Route> FhirRoutes(const Services& services);

}  // namespace sluice
