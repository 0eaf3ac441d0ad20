// What those who run the server ask it: /healthz, /readyz.
#pragma once

#include <functional>
#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

// `keeps_leases`: whether this process's heartbeats arrive; asked from any thread.
std::vector<http::Route> OperationRoutes(const Services& services,
                                         std::function<bool()> keeps_leases);

}  // namespace sluice
