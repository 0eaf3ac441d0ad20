// sluice forget: objects load again, and replace the rows they had loaded.
#include "app/command.h"
#include "app/deed.h"
#include "app/load_request.h"
#include "app/object_name.h"
#include "app/target.h"
#include "base/error.h"
#include "ledger/import_ledger.h"

namespace sluice {
namespace {

// Of the imports that had the object.
std::vector<std::string> LoadCommandsFor(pg::Connection& ledger, const ObjectName& name,
                                         const Settings& settings) {
  std::vector<std::string> commands;
  for (const JobRow& job : JobsOfObject(ledger, name)) {
    std::optional<Import> import = GetImport(ledger, job.import);
    if (!import || import->state == ImportState::kCancelled) continue;
    commands.push_back(LoadCommandLine(ParseLoadOptions(import->options), settings));
  }
  return commands;
}

ExitCode Forget(const Invocation& call) {
  const std::string& object = call.one("OBJECT");
  const std::string& table = call.settings.table;
  if (object.empty() == table.empty()) {
    throw Fault("usage", "forget needs either an OBJECT or --table SCHEMA.TABLE")
        .With(Scope::kRun)
        .Remedy("see sluice forget --help");
  }
  pg::Connection ledger = OpenLedgerOf(call.settings, "forget", call.stop);
  Deed deed{.verb = "forget", .outcome = "forgotten, to be loaded again"};
  if (table.empty()) {
    ObjectName name = FindObjectOrThrow(ledger, object);
    deed.count = ForgetObject(ledger, name);
    deed.next = LoadCommandsFor(ledger, name, call.settings);
  } else {
    deed.count = ForgetTarget(ledger, "fhir:" + table) + ForgetTarget(ledger, "table:" + table);
    deed.next = {"the `sluice load` that loaded them; `sluice status` lists the imports"};
  }
  Tell(deed, call.settings);
  return ExitCode::kDone;
}

}  // namespace

Command ForgetCommand() {
  return {.name = "forget",
          .summary = "let a loaded object load again",
          .details =
              "Rows stay until the object loads again; then those that nobody changed since\n"
              "are replaced in the same transaction.",
          .arguments = {{"OBJECT", "s3://BUCKET/KEY, a path, an https:// URL, or a bare key",
                         Argument::Count::kOptional}},
          .options = {"table", "into", "config", "json", "quiet", "verbose"},
          .run = Forget};
}

}  // namespace sluice
