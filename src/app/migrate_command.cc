// sluice migrate: the ledger's schema in the database.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/target.h"
#include "app/text.h"
#include "ledger/schema.h"
#include "pg/migration.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

pg::Connection Connect(const Invocation& call, const Target& target) {
  return OpenDatabase(target, call.settings, "migrate", call.stop).Connect(Database::Use::kControl);
}

ExitCode Up(const Invocation& call) {
  pg::Connection connection = Connect(call, StartTarget(call.settings));
  int applied = pg::MigrateUp(connection, LedgerMigrations());
  if (call.settings.json) {
    fmt::print("{}\n", Json{{"applied", applied}}.dump());
  } else if (!call.settings.quiet) {
    fmt::print("{}\n",
               applied == 0 ? "up to date already" : fmt::format("applied {} migrations", applied));
  }
  return ExitCode::kDone;
}

ExitCode Status(const Invocation& call) {
  std::optional<Target> target = FindTarget(call.settings);
  if (!target) throw LedgerAbsent();
  pg::Connection connection = Connect(call, *target);
  TextTable table;
  for (const pg::MigrationState& state : pg::MigrationStatus(connection, LedgerMigrations())) {
    bool applied = !state.applied_at.empty();
    table.Add({std::to_string(state.number), state.name, applied ? state.applied_at : "due"});
    if (!call.settings.json) continue;
    fmt::print("{}\n", Json{{"number", state.number},
                            {"name", state.name},
                            {"applied_at", applied ? Json(state.applied_at) : Json(nullptr)}}
                           .dump());
  }
  if (!call.settings.json) fmt::print("{}", table.Render());
  return ExitCode::kDone;
}

}  // namespace

std::vector<Command> MigrateCommands() {
  return {{.name = "migrate up",
           .summary = "apply what is missing; loads do so by themselves",
           .details = "",
           .arguments = {},
           .options = {"into", "config", "json", "quiet", "verbose"},
           .run = Up},
          {.name = "migrate status",
           .summary = "which migrations are applied, and which are due",
           .details = "",
           .arguments = {},
           .options = {"into", "config", "json", "quiet", "verbose"},
           .run = Status}};
}

}  // namespace sluice
