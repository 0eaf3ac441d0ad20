// Which database a command talks to, and how a session with it begins.
#pragma once

#include <optional>
#include <string>

#include "app/settings.h"
#include "base/error.h"
#include "engine/database.h"

namespace sluice {

struct Target {
  std::string url;
  bool is_private = false;  // sluice's own PostgreSQL
};

// The database that the settings name, else the private PostgreSQL, started if need be (which is
// said on stderr). Errors: "postgres-missing", "cluster-start".
Target StartTarget(const Settings& settings);
// The same, except that a private PostgreSQL which was never made is not made now: nothing.
std::optional<Target> FindTarget(const Settings& settings);
// The same, except that a private PostgreSQL which does not run is not started: nothing.
std::optional<Target> RunningTarget(const Settings& settings);

// `what`: the command, as pg_stat_activity shows it.
Database OpenDatabase(const Target& target, const Settings& settings, const std::string& what,
                      const Stop& stop);

// Connects once (a fault at the start is told at once) and applies the ledger's migrations.
void MigrateLedger(const Database& database);
// "ledger-absent".
Error LedgerAbsent();
// A session with the ledger. Errors: "ledger-absent" when no load has made it yet; "migration-due"
// when the ledger is older than this binary.
pg::Connection OpenLedger(const Database& database);

// For commands that ask the ledger: FindTarget, OpenDatabase and OpenLedger at once.
pg::Connection OpenLedgerOf(const Settings& settings, const std::string& what, const Stop& stop);

}  // namespace sluice
