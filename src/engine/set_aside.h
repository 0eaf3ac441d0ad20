// Indexes, keys and foreign keys out of a load's way and surely back (house promise 8): what the
// table room drops and builds, the ledger remembers in the same transactions.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/id.h"
#include "base/stop.h"
#include "ledger/set_aside_ledger.h"
#include "pg/connection.h"
#include "pg/table_part.h"
#include "table/lock_patience.h"
#include "table/restore_parts.h"

namespace sluice {

// Before the import's first row goes into the table: takes a hold, and drops what stands of these
// kinds. Everything is recorded and dropped in one transaction. A second import that finds the
// parts aside only adds its hold; taken again, nothing happens. Returns how many parts were
// dropped. `target`: the import's objects for the table; empty: all. REQUIRES: no transaction is
// open. Errors: InspectParts's; "restore-under-way" and 55P03 (kLater) when the patience ends.
size_t TakeHold(pg::Connection& connection, ImportId import, uint32_t relation, pg::PartKinds kinds,
                const std::string& target, const LockPatience& patience, const Stop& stop);

// After the import's last object for this table, whatever came of it. True if the table must be
// restored now: RestoreTable.
bool ReleaseHold(pg::Connection& connection, ImportId import, uint32_t relation,
                 const LockPatience& patience, const Stop& stop);

// Brings back what is aside of the table, unless a live import holds it: then there are no
// outcomes. Safe to be called by several at once and again after anything. The sessions: as
// RestoreParts's. Errors: passing ones, see there; "restore-under-way".
std::vector<PartOutcome> RestoreTable(pg::Connection& session,
                                      const std::function<pg::Connection()>& connect,
                                      uint32_t relation, const RestoreOptions& options,
                                      const Stop& stop);

}  // namespace sluice
