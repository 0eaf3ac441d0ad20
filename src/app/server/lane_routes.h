// /lanes and /workers: who loads, and how much at once.
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

std::vector<http::Route> LaneRoutes(const Services& services);

}  // namespace sluice
