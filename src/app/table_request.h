// Turns the options of `load table` and `plan table`, and the manifests that lie at the sources,
// into a request.
#pragma once

#include <memory>

#include "app/load_request.h"
#include "app/settings.h"
#include "base/stop.h"
#include "engine/system.h"
#include "system/table/table_options.h"

namespace sluice {

// What the settings alone say; the dialect is left as it is where no format is named. Errors
// (kRun): "usage", "dialect-invalid", "table-name".
TableOptions ReadTableOptions(const Settings& settings);

// Reads the manifests at the sources, replaces sources that are manifests by what they list, and
// fills request.options.system_options. Errors (kRun): "dialect-undeclared", "manifest-invalid",
// "manifest-differs" when listed objects are missing or of another size; the store's.
std::unique_ptr<System> RequestTableSystem(LoadRequest& request, const Settings& settings,
                                           const Stop& stop);

// What --format, --delimiter, --quote, --escape, --null and --header say. Errors: "usage".
void ReadDialect(const Settings& settings, Dialect& dialect);

}  // namespace sluice
