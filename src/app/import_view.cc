#include "app/import_view.h"

#include <charconv>

#include "base/error.h"

namespace sluice {

std::string StateWord(const Import& import) {
  bool unfinished = import.state == ImportState::kPending || import.state == ImportState::kRunning;
  if (unfinished && !import.worked_on) return "interrupted";
  return std::string(ToString(import.state));
}

ImportId ParseImportId(const std::string& text) {
  int64_t number = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number <= 0) {
    throw Fault("usage", "'" + text + "' is not an import's number")
        .With(Scope::kRun)
        .Remedy("`sluice status` lists the imports");
  }
  return {number};
}

Import FindImportOrThrow(pg::Connection& connection, ImportId id) {
  if (auto import = GetImport(connection, id)) return *import;
  throw Fault("import-unknown", "there is no import " + std::to_string(id.value))
      .With(Scope::kRun)
      .Remedy("`sluice status` lists the imports");
}

}  // namespace sluice
