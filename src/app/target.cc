#include "app/target.h"

#include <algorithm>
#include <filesystem>

#include "app/complain.h"
#include "ledger/schema.h"
#include "pg/migration.h"
#include "pg/private_cluster.h"

namespace sluice {
namespace {

pg::PrivateCluster Private() { return pg::PrivateCluster(pg::PrivateCluster::DefaultRoot()); }

}  // namespace

Target StartTarget(const Settings& settings) {
  if (!settings.into.empty()) return {settings.into};
  pg::PrivateCluster cluster = Private();
  if (cluster.Start()) {
    Notice(settings.quiet, "started the private PostgreSQL in " + cluster.root().string());
  }
  return {cluster.url(), true};
}

std::optional<Target> FindTarget(const Settings& settings) {
  if (!settings.into.empty()) return Target{settings.into};
  std::error_code failed;
  if (!std::filesystem::exists(Private().root(), failed)) return std::nullopt;
  return StartTarget(settings);
}

std::optional<Target> RunningTarget(const Settings& settings) {
  if (!settings.into.empty()) return Target{settings.into};
  pg::PrivateCluster cluster = Private();
  if (!cluster.running()) return std::nullopt;
  return Target{cluster.url(), true};
}

Database OpenDatabase(const Target& target, const Settings& settings, const std::string& what,
                      const Stop& stop) {
  return Database({.url = target.url,
                   .application_name = "sluice " + what,
                   .silence_max = settings.database_silence,
                   .away_max = limits::kDatabaseAwayMax},
                  stop);
}

void MigrateLedger(const Database& database) {
  pg::Connection connection = database.Connect(Database::Use::kControl);
  pg::MigrateUp(connection, LedgerMigrations());
}

Error LedgerAbsent() {
  return Fault("ledger-absent", "nothing was ever loaded into this database")
      .With(Scope::kRun)
      .Remedy(
          "`sluice load` makes the ledger by itself; is this the database you mean? See --into");
}

pg::Connection OpenLedger(const Database& database) {
  pg::Connection connection = database.Connect(Database::Use::kControl);
  auto due = [](const pg::MigrationState& state) { return state.applied_at.empty(); };
  auto states = pg::MigrationStatus(connection, LedgerMigrations());
  if (std::ranges::all_of(states, due)) throw LedgerAbsent();
  if (std::ranges::any_of(states, due)) {
    throw Fault("migration-due", "the ledger was made by an older version of sluice")
        .With(Scope::kRun)
        .Remedy("run: sluice migrate up");
  }
  return connection;
}

pg::Connection OpenLedgerOf(const Settings& settings, const std::string& what, const Stop& stop) {
  std::optional<Target> target = FindTarget(settings);
  if (!target) throw LedgerAbsent();
  Database database = OpenDatabase(*target, settings, what, stop);
  return OpenLedger(database);
}

}  // namespace sluice
