// How a browser logs in with a key, and out again: POST /login, POST /logout, GET /session.
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

// `secure`: the cookie is for https only.
std::vector<http::Route> LoginRoutes(const Services& services, bool secure);

}  // namespace sluice
