// Imports as people see them.
#pragma once

#include <string>

#include "ledger/import_ledger.h"

namespace sluice {

// The state, where "interrupted" is derived: unfinished, and no live worker.
std::string StateWord(const Import& import);

// IMPORT as users write it. Errors (kRun): "usage" for what is no number; "import-unknown".
ImportId ParseImportId(const std::string& text);
Import FindImportOrThrow(pg::Connection& connection, ImportId id);

}  // namespace sluice
