// Small objects are claimed several at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/job.h"
#include "ledger/queue.h"
#include "pg/connection.h"

namespace sluice {

// What may be claimed in one statement.
struct Together {
  size_t jobs_max;     // and an eighth of what waits, so that the last ones are shared
  uint64_t bytes_max;  // of each: what is larger is claimed alone
};
// The next jobs, all leased to this session under one token; several only where the next are small
// and no worker vanished while it had one of them, so that an object that kills its worker is found
// out alone. In a lane, and where the order is strict, one. They are in no order.
std::vector<Job> ClaimTogether(pg::Connection& connection, const ClaimOptions& options,
                               const Together& together);

}  // namespace sluice
