// Applies numbered SQL scripts once each, in order, safe when two processes start at once (an
// advisory lock).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "pg/connection.h"

namespace sluice::pg {

struct Migration {
  int number;        // from 1, without gaps
  const char* name;  // "ledger"
  const char* sql;   // applied in one transaction with its row in sluice.migration
};

struct MigrationState {
  int number;
  std::string name;
  std::string applied_at;  // empty: not yet applied
};

// Creates schema `sluice` and table sluice.migration where absent, then applies what is missing;
// returns how many. Errors: "migration-changed" when an applied script's checksum differs from the
// binary's; "migration-unknown" when the database has a newer one than this binary knows (both
// kNever, kRun, with remedy).
int MigrateUp(Connection& connection, std::span<const Migration> migrations);
std::vector<MigrationState> MigrationStatus(Connection& connection,
                                            std::span<const Migration> migrations);

}  // namespace sluice::pg
