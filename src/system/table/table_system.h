// System 4: delimited text and NDJSON into a table that is there, every column by name.
#pragma once

#include <memory>

#include "engine/load_options.h"
#include "engine/system.h"
#include "system/table/manifest_selection.h"
#include "system/table/table_options.h"

namespace sluice {

// `options.system_options` holds the TableOptions. `selection`: what manifests say about the
// objects, where this process lists them. Errors (kRun): "table-name", "dialect-invalid",
// "ledger-corrupt".
std::unique_ptr<System> NewTableSystem(const LoadOptions& options,
                                       ManifestSelection selection = {});

}  // namespace sluice
