// Throttles: a rate that all workers share, kept as one row (GCRA on the database's clock).
#pragma once

#include <chrono>
#include <string>

#include "pg/connection.h"

namespace sluice {

// Makes the throttle or changes its rate; `burst` slots may be used at once after a pause.
void SetThrottle(pg::Connection& connection, const std::string& name, double per_second,
                 double burst);
// Reserves `slots` and returns how long to wait before using them. REQUIRES: the throttle exists.
std::chrono::milliseconds ReserveSlots(pg::Connection& connection, const std::string& name,
                                       double slots);

}  // namespace sluice
