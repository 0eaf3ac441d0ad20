// The dashboard's files that never change while the process runs: /static/NAME.
#pragma once

#include <string>
#include <string_view>

#include "http/route.h"

namespace sluice {

// With what tells browsers one version from the next.
std::string StaticAddress(std::string_view name);
http::Route StaticRoute();

}  // namespace sluice
