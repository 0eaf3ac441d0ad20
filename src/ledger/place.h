// The place of a load that commits batch by batch: which line of its object comes next. It moves in
// the transaction of the batch, under the lease, so that no line is applied twice and none is left
// out, whatever crashes.
#pragma once

#include <cstdint>
#include <string>

#include "ledger/job.h"
#include "ledger/settle.h"
#include "pg/connection.h"

namespace sluice {

struct Place {
  uint64_t line = 0;  // the last physical line whose batch is committed; 0: none
  std::string etag;   // of the version that those lines were read from; empty: none yet
  Counts counts;      // of the committed batches
};

// Where the load goes on.
Place FindPlace(pg::Connection& connection, const Job& job);

// The last statements of a batch's transaction, before COMMIT: `batch` is what it counted, and
// `place` is on its last line afterwards. Errors: "lease-lost" (kNever, kObject): roll back.
void MovePlace(pg::Connection& connection, const Job& job, const Receipt& receipt,
               const Counts& batch, uint64_t last_line, Place& place);

}  // namespace sluice
