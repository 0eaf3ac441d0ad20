// What is found at a source becomes jobs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ignored.h"
#include "engine/lister.h"
#include "engine/target_tables.h"
#include "ledger/queue.h"

namespace sluice {

struct EnqueuePlace {
  const System& system;
  const LoadOptions& options;
  TargetTables& tables;
  ImportId import;
  // Where alone objects of the source can be read, as OnlyAt and the import's keys say.
  int64_t worker = 0;
};

// Enqueues what is the system's; adds the rest to `ignored`. What is loaded in this very version
// gets its disposition again. Errors: those of TargetTables::CheckLoaded; the database's.
Enqueued EnqueueListed(pg::Connection& connection, const EnqueuePlace& place,
                       std::vector<Listed>&& page, Ignored& ignored);

}  // namespace sluice
