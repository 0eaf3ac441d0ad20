// Drops what was inspected, so that a load need not keep it up.
#pragma once

#include <cstdint>
#include <span>

#include "pg/connection.h"
#include "pg/table_part.h"

namespace sluice {

// Locks the table against everyone until the transaction ends, so that what is inspected next is
// what is dropped. REQUIRES: a transaction under lock_timeout. Errors: "no-such-table"; 55P03.
void LockTableForDrop(pg::Connection& connection, uint32_t relation);

// Drops the parts, never with CASCADE: where something depends on one after all, the server
// refuses. REQUIRES: in the transaction of LockTableForDrop, in which the caller also records them.
void DropParts(pg::Connection& connection, std::span<const pg::TablePart> parts);

}  // namespace sluice
