// The dashboard: pages for people, made by the server from what the command line shows, too.
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

std::vector<http::Route> DashboardRoutes(const Services& services);

}  // namespace sluice
