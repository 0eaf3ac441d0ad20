// sluice objects: an import's objects, one line each.
#include <fmt/format.h>

#include "app/as_json.h"
#include "app/command.h"
#include "app/import_view.h"
#include "app/server/job_query.h"
#include "app/target.h"
#include "app/text.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr int kPage = 1000;

std::string ObjectLine(const JobRow& job) {
  std::string what(Printable(job.reason));
  if (!job.error_code.empty()) {
    what = fmt::format("{} [{}/{}]", Printable(job.error_message), job.error_origin,
                       Printable(job.error_code));
  }
  // Columns as wide as their usual contents: a page must not wait for the next one's widest.
  std::string line = fmt::format("{:<9}  {:<20}  {:>9}  {:>12}  {}", ToString(job.state),
                                 Printable(job.label), FormatBytes(job.size_bytes),
                                 FormatCount(job.records.loaded), Printable(ToString(job.object)));
  return what.empty() ? line + "\n" : line + "  " + what + "\n";
}

ExitCode Objects(const Invocation& call) {
  ImportId id = ParseImportId(call.one("IMPORT"));
  std::optional<JobState> state;
  if (!call.settings.state.empty()) state = ReadJobState(call.settings.state);
  pg::Connection ledger = OpenLedgerOf(call.settings, "objects", call.stop);
  FindImportOrThrow(ledger, id);
  if (!call.settings.json) {
    fmt::print("{:<9}  {:<20}  {:>9}  {:>12}  {}\n", "STATE", "TYPE", "SIZE", "ROWS", "OBJECT");
  }
  JobId after;
  for (;;) {
    std::vector<JobRow> page = ListJobs(ledger, id, state, after, kPage);
    for (const JobRow& job : page) {
      fmt::print("{}", call.settings.json ? JobJson(job) + "\n" : ObjectLine(job));
    }
    if (page.size() < kPage) return ExitCode::kDone;
    after = page.back().id;
  }
}

}  // namespace

Command ObjectsCommand() {
  return {.name = "objects",
          .summary = "an import's objects, with what became of each",
          .details = "",
          .arguments = {{"IMPORT", "its number; see `sluice status`"}},
          .options = {"state", "into", "config", "json", "verbose"},
          .run = Objects};
}

}  // namespace sluice
