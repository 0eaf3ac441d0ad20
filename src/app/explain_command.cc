// sluice explain: why an object is loaded, or not.
#include <fmt/format.h>

#include "app/command.h"
#include "app/explanation.h"
#include "app/load_request.h"
#include "app/object_name.h"
#include "app/system_registry.h"
#include "app/target.h"

namespace sluice {
namespace {

std::vector<Explanation::Turn> ReadTurns(pg::Connection& ledger, const ObjectName& name,
                                         const Settings& settings) {
  std::vector<Explanation::Turn> turns;
  for (JobRow& job : JobsOfObject(ledger, name)) {
    Explanation::Turn turn;
    turn.job = std::move(job);
    if (auto import = GetImport(ledger, turn.job.import)) turn.import = *import;
    if (!turn.job.error_code.empty()) {
      turn.rejects = RejectsOfJob(ledger, turn.job.id, kRejectsShownMax);
    }
    turn.load_command = LoadCommandLine(ParseLoadOptions(turn.import.options), settings);
    turns.push_back(std::move(turn));
  }
  return turns;
}

void AskLedger(const Invocation& call, const std::vector<ObjectName>& names,
               Explanation& explanation) {
  try {
    pg::Connection ledger = OpenLedgerOf(call.settings, "explain", call.stop);
    for (const ObjectName& name : names) {
      explanation.turns = ReadTurns(ledger, name, call.settings);
      explanation.receipts = ReceiptsOfObject(ledger, name);
      if (!explanation.turns.empty() || !explanation.receipts.empty()) return;
    }
  } catch (const Error& error) {
    if (error.code() != "ledger-absent") throw;
  }
}

ExitCode Explain(const Invocation& call) {
  const std::string& text = call.one("OBJECT");
  std::vector<ObjectName> names = ReadObjectName(text);
  Explanation explanation;
  bool is_url = text.starts_with("https://") || text.starts_with("http://");
  explanation.object = is_url ? text.substr(0, text.find('?')) : text;
  AskLedger(call, names, explanation);
  if (explanation.turns.empty() && explanation.receipts.empty()) {
    explanation.by_name = MakeSystem("fhir", {})->Classify({"", "", names.front().key, ""});
  }
  fmt::print("{}", call.settings.json ? ExplanationJson(explanation) + "\n"
                                      : ExplanationText(explanation));
  return ExitCode::kDone;
}

}  // namespace

Command ExplainCommand() {
  return {.name = "explain",
          .summary = "why an object is loaded or not, and what to do",
          .details =
              "Shows every import's turn with the object, what is in the table from it, and\n"
              "the places of its bad records. Of an object that no import has seen, it says\n"
              "whether its name would be ignored.",
          .arguments = {{"OBJECT", "s3://BUCKET/KEY, a path, an https:// URL, or a bare key"}},
          .options = {"into", "config", "json", "verbose"},
          .run = Explain};
}

}  // namespace sluice
