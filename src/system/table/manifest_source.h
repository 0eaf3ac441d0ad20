// Looks for manifests at an import's sources, before anything is listed for loading.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/stop.h"
#include "engine/store_set.h"
#include "record/dialect.h"
#include "system/table/manifest_selection.h"
#include "system/table/table_options.h"

namespace sluice {

struct ManifestSource {
  ManifestSelection selection;
  // What to list: a source that is a manifest is replaced by what its entries have in common.
  std::vector<std::string> sources;
  std::vector<ColumnSpec> schema;    // of the first manifest that has one
  std::optional<Dialect> dialect;    // likewise
  std::vector<std::string> missing;  // listed, not there, and not mandatory
};

// Errors (kRun): "manifest-invalid"; "manifest-differs" when a mandatory entry is missing, an
// object has another size than its entry says, or nothing that is listed is there; the store's.
ManifestSource ReadManifests(StoreSet& stores, const Stop& stop);

}  // namespace sluice
