// sluice cancel: ends an import for good; what it loaded stays.
#include <fmt/format.h>

#include "app/as_json.h"
#include "app/command.h"
#include "app/import_view.h"
#include "app/target.h"

namespace sluice {
namespace {

ExitCode Cancel(const Invocation& call) {
  ImportId id = ParseImportId(call.one("IMPORT"));
  pg::Connection ledger = OpenLedgerOf(call.settings, "cancel", call.stop);
  FindImportOrThrow(ledger, id);
  bool cancelled = CancelImport(ledger, id);
  Import import = FindImportOrThrow(ledger, id);
  if (call.settings.json) {
    fmt::print("{}\n", ImportJson(import));
  } else if (!call.settings.quiet) {
    fmt::print("import {} {} {}\n", id.value, cancelled ? "is" : "was already",
               ToString(import.state));
  }
  return ExitCode::kDone;
}

}  // namespace

Command CancelCommand() {
  return {.name = "cancel",
          .summary = "end an import for good; what it loaded stays",
          .details =
              "Objects that are being loaded at this moment are rolled back. The same load\n"
              "command later makes a new import, which skips what is loaded.",
          .arguments = {{"IMPORT", "its number; see `sluice status`"}},
          .options = {"into", "config", "json", "quiet", "verbose"},
          .run = Cancel};
}

}  // namespace sluice
