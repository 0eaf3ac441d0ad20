// sluice transfer: many tables from one database to another by way of object storage.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/as_json.h"
#include "app/command.h"
#include "app/complain.h"
#include "app/load_request.h"
#include "app/target.h"
#include "app/text.h"
#include "app/transfer.h"
#include "app/transfer_mapping.h"
#include "base/error.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "MAPPING is a YAML file: from, load, and a list of tables, each with table, path, and query "
    "or\n"
    "source. Up to --threads tables are under way at once, so that some load while others are "
    "read.\n"
    "Run again after an interruption, it goes on; run again when all is there, it changes nothing.";

void KeepOnly(const std::vector<std::string>& wanted, TransferMapping& mapping) {
  if (wanted.empty()) return;
  for (const std::string& name : wanted) {
    if (std::ranges::find(mapping.tables, name, &TransferTable::table) != mapping.tables.end()) {
      continue;
    }
    throw Fault("usage", "the mapping has no table " + name)
        .With(Scope::kRun)
        .Remedy("name tables as the mapping's `table` does");
  }
  std::erase_if(mapping.tables, [&](const TransferTable& table) {
    return std::ranges::find(wanted, table.table) == wanted.end();
  });
}

std::string Line(const TableOutcome& table) {
  std::string line = Printable(table.table) + ": ";
  if (table.error) return line + table.error->message();
  line += fmt::format("{} {} in {} ({}), {} loaded now", Counted(table.rows_extracted, "row"),
                      table.extracted ? "extracted" : "found", Counted(table.parts, "part"),
                      FormatBytes(table.bytes), FormatCount(table.rows_loaded));
  if (table.objects_failed != 0) line += ", " + Counted(table.objects_failed, "part") + " failed";
  return line + fmt::format(", {}", FormatSeconds(table.seconds));
}

void Tell(const TableOutcome& table, const Settings& settings) {
  if (settings.json) {
    fmt::print("{}\n", TransferJson(table));
  } else if (!settings.quiet) {
    fmt::print("{}\n", Line(table));
  }
  std::fflush(stdout);
  if (table.error) Complain(*table.error, settings.json);
}

ExitCode ExitFor(const std::vector<TableOutcome>& outcomes) {
  ExitCode worst = ExitCode::kDone;
  for (const TableOutcome& table : outcomes) {
    if (table.error) return ExitFor(*table.error);
    if (!table.complete) worst = ExitCode::kObjectsFailed;
  }
  return worst;
}

ExitCode TransferAll(const Invocation& call) {
  Settings settings = call.settings;
  CheckThreads(settings);
  TransferMapping mapping =
      ReadMapping(call.one("MAPPING"), settings.date.empty() ? Today() : settings.date);
  KeepOnly(settings.tables, mapping);
  if (settings.from.empty()) settings.from = mapping.from;
  Target target = StartTarget(settings);
  Database database = OpenDatabase(target, settings, "transfer", call.stop);
  MigrateLedger(database);
  std::vector<TableOutcome> outcomes =
      Transfer(mapping, settings, database, call.stop,
               [&](const TableOutcome& table) { Tell(table, settings); });
  if (call.stop.requested()) {
    Notice(settings.quiet, "interrupted: run the same command again, and it goes on from here");
    return ExitCode::kInterrupted;
  }
  return ExitFor(outcomes);
}

}  // namespace

Command TransferCommand() {
  return {.name = "transfer",
          .summary = "many tables from one database to another, by way of object storage",
          .details = kDetails,
          .arguments = {{"MAPPING", "YAML: which tables go where", Argument::Count::kOne}},
          .options =
              {"from",      "into",    "tables",    "date",     "existing",        "compress",
               "part-size", "threads", "iam-role",  "attempts", "s3-endpoint",     "s3-path-style",
               "region",    "profile", "ca-bundle", "config",   "connect-timeout", "read-timeout",
               "json",      "quiet",   "verbose"},
          .run = TransferAll};
}

}  // namespace sluice
