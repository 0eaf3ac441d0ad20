#include "app/status_view.h"

#include "app/as_json.h"
#include "app/import_view.h"

namespace sluice {
namespace {

// While the import runs, its tables are without their indexes because it wants them so.
std::vector<SetAsideRow> Missing(pg::Connection& ledger, const Import& import) {
  std::vector<SetAsideRow> rows = ListFlawedOf(ledger, import.id);
  if (!import.worked_on) return rows;
  std::erase_if(rows, [](const SetAsideRow& row) { return row.error_code.empty(); });
  return rows;
}

}  // namespace

StatusView ReadStatus(pg::Connection& ledger, ImportId id) {
  StatusView view{
      .import = FindImportOrThrow(ledger, id), .tally = {}, .tables = {}, .missing = {}};
  view.tally = TallyImport(ledger, id);
  view.tables = TallyByLabel(ledger, id, Runs::kAll);
  view.missing = MissingParts(Missing(ledger, view.import), {});
  return view;
}

std::string StatusJson(const StatusView& view) {
  return ImportJson(view.import, view.tally, view.tables, view.missing);
}

}  // namespace sluice
