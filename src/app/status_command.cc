// sluice status: the imports, or one of them.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "app/as_json.h"
#include "app/command.h"
#include "app/import_view.h"
#include "app/load_request.h"
#include "app/missing_part.h"
#include "app/status_view.h"
#include "app/target.h"
#include "app/text.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr int kImportsShown = 50;

std::string Or(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

// For terminals only (ECMA-48).
std::string Red(const std::string& text) {
  if (text.empty() || isatty(STDOUT_FILENO) == 0 || std::getenv("NO_COLOR") != nullptr) return text;
  return "\x1b[31m" + text + "\x1b[0m";
}

// "completed" alone would hide what is not in.
void PrintList(pg::Connection& ledger, const std::vector<Import>& imports) {
  TextTable table;
  table.Add(
      {"IMPORT", "STATE", "FAILED", "BAD RECORDS", "SYSTEM", "STARTED", "FINISHED", "SOURCE"});
  for (const Import& import : imports) {
    Tally tally = TallyImport(ledger, import.id);
    table.Add({std::to_string(import.id.value), StateWord(import),
               FormatCount(tally.all(JobState::kDead).jobs),
               FormatCount(tally.all(JobState::kDone).records.rejected), import.system,
               Or(import.started_at, "-"), Or(import.finished_at, "-"), Printable(import.source)});
  }
  fmt::print("{}", table.Render());
}

std::string FaultText(const Import& import) {
  if (import.error_code.empty()) return "";
  std::string text = fmt::format("  fault: {} [{}/{}]\n", Printable(import.error_message),
                                 import.error_origin, Printable(import.error_code));
  if (!import.error_remedy.empty()) {
    text += fmt::format("  remedy: {}\n", Printable(import.error_remedy));
  }
  return text;
}

void PrintOne(const Import& import, const Tally& tally, const std::vector<LabelTally>& tables,
              const std::vector<MissingPart>& missing, const std::string& resume) {
  fmt::print("import {}: {}\n  {} {}\n", import.id.value, StateWord(import), import.system,
             Printable(import.source));
  fmt::print("  started {}, finished {}\n", Or(import.started_at, "-"),
             Or(import.finished_at, "not yet"));
  if (!import.listed) fmt::print("  the listing of the source is not complete\n");
  TextTable objects("  ");
  for (JobState state : {JobState::kPending, JobState::kRunning, JobState::kDone,
                         JobState::kSkipped, JobState::kDead, JobState::kCancelled}) {
    TallyLine line = tally.all(state);
    if (line.jobs == 0) continue;
    objects.Add(
        {FormatCount(line.jobs), std::string(ToString(state)), FormatBytes(line.packed_bytes)});
  }
  fmt::print("{}", objects.Render());
  TextTable loaded("  ");
  for (const LabelTally& table : tables) {
    loaded.Add({Printable(table.label), FormatCount(table.records_loaded), "rows",
                Printable(TableOfTarget(table.target))});
  }
  fmt::print("{}{}", loaded.Render(), FaultText(import));
  if (StateWord(import) == "interrupted") fmt::print("  to go on: {}\n", resume);
  if (tally.all(JobState::kDead).jobs != 0) {
    fmt::print("  failed objects: sluice objects {} --state dead\n", import.id.value);
  }
  if (uint64_t rejected = tally.all(JobState::kDone).records.rejected; rejected != 0) {
    fmt::print("  {} in quarantine: sluice rejects {}\n", Counted(rejected, "bad record"),
               import.id.value);
  }
  fmt::print("{}", Red(MissingPartsText(missing)));
}

ExitCode StatusOfOne(const Invocation& call) {
  ImportId id = ParseImportId(call.one("IMPORT"));
  pg::Connection ledger = OpenLedgerOf(call.settings, "status", call.stop);
  StatusView view = ReadStatus(ledger, id);
  if (call.settings.json) {
    fmt::print("{}\n", StatusJson(view));
  } else {
    PrintOne(view.import, view.tally, view.tables, view.missing,
             LoadCommandLine(ParseLoadOptions(view.import.options), call.settings));
  }
  return ExitCode::kDone;
}

ExitCode Status(const Invocation& call) {
  if (!call.one("IMPORT").empty()) return StatusOfOne(call);
  std::vector<Import> imports;
  std::vector<MissingPart> missing;
  try {
    pg::Connection ledger = OpenLedgerOf(call.settings, "status", call.stop);
    imports = ListImports(ledger, kImportsShown);
    missing = MissingParts(ListFlawed(ledger), {});
    if (!call.settings.json && !imports.empty()) PrintList(ledger, imports);
  } catch (const Error& error) {
    if (error.code() != "ledger-absent") throw;
  }
  if (call.settings.json) {
    for (const Import& import : imports) fmt::print("{}\n", ImportJson(import));
    for (const MissingPart& part : missing) fmt::print("{}\n", MissingPartJson(part));
  } else if (imports.empty()) {
    fmt::print("no imports yet\n");
  }
  if (!call.settings.json) fmt::print("{}", Red(MissingPartsText(missing)));
  return ExitCode::kDone;
}

}  // namespace

Command StatusCommand() {
  return {.name = "status",
          .summary = "the last imports, or one of them with its tables",
          .details = "\"interrupted\" is an unfinished import that no live worker serves.",
          .arguments = {{"IMPORT", "its number", Argument::Count::kOptional}},
          .options = {"into", "config", "json", "verbose"},
          .run = Status};
}

}  // namespace sluice
