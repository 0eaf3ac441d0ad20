// OCL's doors for reading: /orgs/... and /users/...
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice::ocl {

std::vector<http::Route> ResourceRoutes(const Services& services);

}  // namespace sluice::ocl
