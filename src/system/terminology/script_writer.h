// Where a script's lines go: through the importer, with a result of each into the store.
#pragma once

#include <memory>

#include "engine/system.h"
#include "system/terminology/script_options.h"
#include "table/writer.h"

namespace sluice::ocl {

// Lines that did what they say count as loaded, lines with nothing to do as skipped, all others as
// rejected; of a trial, these too count as skipped. In test mode the effects go into a transaction
// of a session of its own, which is rolled back when the writer ends, and only the results into the
// load's. Errors: "trial-in-the-way" (kLater) when somebody waits for what a trial has locked.
std::unique_ptr<Writer> NewScriptWriter(const WriterContext& context, const ScriptOptions& script);

}  // namespace sluice::ocl
