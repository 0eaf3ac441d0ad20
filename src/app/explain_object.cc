#include "app/explain_object.h"

#include "app/load_request.h"
#include "app/object_name.h"
#include "app/system_registry.h"

namespace sluice {
namespace {

std::vector<Explanation::Turn> ReadTurns(pg::Connection& ledger, const ObjectName& name,
                                         const Settings& settings) {
  std::vector<Explanation::Turn> turns;
  for (JobRow& job : JobsOfObject(ledger, name)) {
    Explanation::Turn turn;
    turn.job = std::move(job);
    if (auto import = GetImport(ledger, turn.job.import)) turn.import = *import;
    if (!turn.job.error_code.empty() || turn.job.records.rejected != 0) {
      turn.rejects = RejectsOfJob(ledger, turn.job.id, kRejectsShownMax);
    }
    turn.load_command = LoadCommandLine(ParseLoadOptions(turn.import.options), settings);
    turns.push_back(std::move(turn));
  }
  return turns;
}

}  // namespace

Explanation ExplainObject(pg::Connection* ledger, const std::string& text,
                          const Settings& settings) {
  std::vector<ObjectName> names = ReadObjectName(text);
  Explanation explanation;
  bool is_url = text.starts_with("https://") || text.starts_with("http://");
  explanation.object = is_url ? text.substr(0, text.find('?')) : text;
  for (const ObjectName& name : names) {
    if (ledger == nullptr) break;
    explanation.turns = ReadTurns(*ledger, name, settings);
    explanation.receipts = ReceiptsOfObject(*ledger, name);
    if (!explanation.turns.empty() || !explanation.receipts.empty()) return explanation;
  }
  explanation.by_name = MakeSystem("fhir", {})->Classify({"", "", names.front().key, ""});
  return explanation;
}

}  // namespace sluice
