// /uploads: bodies for the spool, which imports then read as spool://UPLOAD/NAME.
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

std::vector<http::Route> UploadRoutes(const Services& services);

}  // namespace sluice
