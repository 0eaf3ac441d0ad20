// Results on their way into the store.
#pragma once

#include <span>
#include <string>

#include "pg/connection.h"
#include "system/terminology/line_result.h"

namespace sluice::ocl {

// Adds the results of these lines to the task's. Errors: the server's.
void StoreResults(pg::Connection& connection, const std::string& task,
                  std::span<const LineResult> results);

}  // namespace sluice::ocl
