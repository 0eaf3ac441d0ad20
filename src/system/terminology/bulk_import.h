// OCL's doors /manage/bulkimport/: a script is submitted, followed, and its results are fetched.
#pragma once

#include <vector>

#include "engine/services.h"
#include "http/route.h"

namespace sluice::ocl {

std::vector<http::Route> BulkImportRoutes(const Services& services);

}  // namespace sluice::ocl
