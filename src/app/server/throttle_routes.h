// /throttles: the rates that imports are held to.
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

std::vector<http::Route> ThrottleRoutes(const Services& services);

}  // namespace sluice
