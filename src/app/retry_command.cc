// sluice retry: objects that were given up on wait again, with fresh attempts.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/command.h"
#include "app/deed.h"
#include "app/import_view.h"
#include "app/load_request.h"
#include "app/object_name.h"
#include "app/target.h"
#include "base/unit.h"

namespace sluice {
namespace {

bool IsNumber(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string Next(const Import& import, const Settings& settings) {
  return LoadCommandLine(ParseLoadOptions(import.options), settings);
}

ExitCode RetryDead(const Invocation& call) {
  const std::string& what = call.one("IMPORT|OBJECT");
  pg::Connection ledger = OpenLedgerOf(call.settings, "retry", call.stop);
  Deed deed{.verb = "retry", .outcome = "to be tried again, with fresh attempts"};
  if (IsNumber(what)) {
    Import import = FindImportOrThrow(ledger, ParseImportId(what));
    deed.count = RetryImport(ledger, import.id);
    deed.next = {Next(import, call.settings)};
  } else {
    ObjectName name = FindObjectOrThrow(ledger, what);
    std::set<ImportId> imports;
    for (const JobRow& job : JobsOfObject(ledger, name)) {
      if (job.state == JobState::kDead) imports.insert(job.import);
    }
    deed.count = RetryObject(ledger, name);
    for (ImportId id : imports) {
      deed.next.push_back(Next(FindImportOrThrow(ledger, id), call.settings));
    }
  }
  Tell(deed, call.settings);
  return ExitCode::kDone;
}

}  // namespace

Command RetryCommand() {
  return {.name = "retry",
          .summary = "let failed objects be tried again",
          .details = "Says which `sluice load` loads them; running workers take them up at once.",
          .arguments = {{"IMPORT|OBJECT",
                         "an import's number, or s3://BUCKET/KEY, a path, an https:// URL, a key"}},
          .options = {"into", "config", "json", "quiet", "verbose"},
          .run = RetryDead};
}

}  // namespace sluice
