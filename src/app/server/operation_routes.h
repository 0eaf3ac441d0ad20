// What those who run the server ask it: /healthz, /readyz.
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

std::vector<http::Route> OperationRoutes(const Services& services);

}  // namespace sluice
