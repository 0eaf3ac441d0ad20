// /imports: what the command line does, for programs.
#pragma once

#include <vector>

#include "app/server/status_board.h"
#include "app/settings.h"
#include "engine/services.h"
#include "http/route.h"

namespace sluice {

// Everything outlives the routes.
std::vector<http::Route> ImportRoutes(const Services& services, StatusBoard& board,
                                      const Settings& defaults);

}  // namespace sluice
