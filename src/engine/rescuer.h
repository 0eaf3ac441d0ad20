// Takes the leases of vanished workers away, so that their objects are loaded by others (house
// promise 4).
#pragma once

#include <string>

#include "pg/connection.h"

namespace sluice {

// Ends at once the leases of processes of this place that are gone, then rescues every expired job.
// Returns how many.
int RescueVanished(pg::Connection& connection);

}  // namespace sluice
