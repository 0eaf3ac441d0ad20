// /openapi.json: what the mounted routes say about themselves, as OpenAPI 3.0.3.
#pragma once

#include <string>
#include <vector>

#include "http/route.h"

namespace sluice {

std::string OpenApiJson(const std::vector<http::Route>& routes);
// GET /openapi.json over `routes` and itself. Its place is after all others.
http::Route OpenApiRoute(const std::vector<http::Route>& routes);

}  // namespace sluice
