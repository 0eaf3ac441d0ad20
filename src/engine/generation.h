// An import that replaces what its table holds: once, however often it is interrupted. What it
// loads belongs to one generation; with a shadow, readers see the old rows until the new ones are
// whole.
#pragma once

#include <string>

#include "engine/database.h"
#include "engine/supervisor.h"

namespace sluice {

// Begins the generation that request.options ask for, or finds the one that is to go on; nothing
// happens where the last one is done and its objects are all that is listed now. With --atomic,
// what the request's options say about the shadow is filled in: the system must be made anew from
// them. REQUIRES: request.system has one table. Errors (kRun): "generation-open" when another
// import that somebody works on replaces the same table; "swap-refused"; System::Prepare's; the
// stores'.
void BeginGeneration(RunRequest& request, const Database& database, const Stop& stop);

// After the run: if every object is in, the generation is done, and a shadow takes its table's
// place together with the receipts. Otherwise it stays open for the next run. Errors:
// "swap-refused"; the server's: run the import again.
void FinishGeneration(const RunRequest& request, ImportId import, const Database& database,
                      const Stop& stop);

}  // namespace sluice
