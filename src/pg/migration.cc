#include "pg/migration.h"

#include <fmt/format.h>

#include <map>

#include "base/check.h"
#include "base/digest.h"
#include "pg/migration_sql.h"
#include "pg/transaction.h"

namespace sluice::pg {
namespace {

// A migration of a large ledger may hold the lock for long; beyond this, the caller is told
// "later".
constexpr const char* kLockPatience = "SET LOCAL lock_timeout = '60s'";

struct Applied {
  std::string name;
  std::string checksum;
  std::string at;
};
using AppliedByNumber = std::map<int, Applied>;

std::string Checksum(const Migration& migration) { return Hex(Sha256(migration.sql)); }

AppliedByNumber ReadApplied(Connection& connection) {
  AppliedByNumber applied;
  if (!connection.Exec(kMigrationTableExists).boolean(0, 0)) return applied;
  Result rows = connection.Exec(kSelectMigrations);
  for (int row = 0; row < rows.rows(); ++row) {
    applied[static_cast<int>(rows.int8(row, 0))] = {std::string(rows.text(row, 1)),
                                                    std::string(rows.text(row, 2)),
                                                    std::string(rows.text(row, 3))};
  }
  return applied;
}

// Throws unless the scripts that were applied are this binary's.
void CheckApplied(const AppliedByNumber& applied, std::span<const Migration> migrations) {
  for (const auto& [number, row] : applied) {
    if (number > static_cast<int>(migrations.size())) {
      throw Fault("migration-unknown",
                  fmt::format("the database has migration {} ({}), which this sluice does not know",
                              number, row.name))
          .With(Scope::kRun)
          .Remedy("Use the newer sluice that made it; all hosts must run one version.");
    }
    if (row.checksum != Checksum(migrations[static_cast<size_t>(number - 1)])) {
      throw Fault(
          "migration-changed",
          fmt::format("migration {} ({}) was applied from another text than this sluice has",
                      number, row.name))
          .With(Scope::kRun)
          .Remedy("Use the sluice that made this database, or a released one.");
    }
  }
}

void CheckNumbers(std::span<const Migration> migrations) {
  for (size_t i = 0; i < migrations.size(); ++i) {
    CHECK(migrations[i].number == static_cast<int>(i + 1));
  }
}

// Applies one script in one transaction, unless another process has just done so.
bool ApplyUnlessDone(Connection& connection, const Migration& migration,
                     std::span<const Migration> migrations) {
  Transaction transaction(connection, kLockPatience);
  connection.Exec(kLockMigrations);
  connection.ExecScript(kCreateMigrationTable);
  AppliedByNumber applied = ReadApplied(connection);
  CheckApplied(applied, migrations);
  if (applied.contains(migration.number)) return false;
  try {
    connection.ExecScript(migration.sql);
  } catch (Error& error) {
    error.With(Scope::kRun)
        .Within(fmt::format("applying migration {} ({})", migration.number, migration.name));
    throw;
  }
  // A script with a COMMIT of its own would be half applied after a crash.
  CHECK(connection.in_transaction());
  connection.Exec(kInsertMigration,
                  {std::to_string(migration.number), migration.name, Checksum(migration)});
  transaction.Commit();
  return true;
}

}  // namespace

int MigrateUp(Connection& connection, std::span<const Migration> migrations) {
  CheckNumbers(migrations);
  // Without a lock, and with no right but SELECT: the usual case is that nothing is missing.
  AppliedByNumber applied = ReadApplied(connection);
  CheckApplied(applied, migrations);
  int count = 0;
  for (const Migration& migration : migrations) {
    if (applied.contains(migration.number)) continue;
    if (ApplyUnlessDone(connection, migration, migrations)) ++count;
  }
  return count;
}

std::vector<MigrationState> MigrationStatus(Connection& connection,
                                            std::span<const Migration> migrations) {
  CheckNumbers(migrations);
  AppliedByNumber applied = ReadApplied(connection);
  std::vector<MigrationState> states;
  for (const Migration& migration : migrations) {
    auto row = applied.extract(migration.number);
    states.push_back({migration.number, migration.name, row ? row.mapped().at : ""});
  }
  // What a newer sluice has applied is part of the truth.
  for (const auto& [number, row] : applied) states.push_back({number, row.name, row.at});
  return states;
}

}  // namespace sluice::pg
