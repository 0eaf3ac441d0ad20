// The ledger's own tables in the target database (schema sluice).
#pragma once

#include <span>

#include "pg/connection.h"
#include "pg/migration.h"

namespace sluice {

// All migrations this binary knows, in order.
std::span<const pg::Migration> LedgerMigrations();

}  // namespace sluice
