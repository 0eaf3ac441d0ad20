// Lists of objects as S3 Inventory and S3 Batch Operations write them, read row by row: of an
// inventory every file, checked against its manifest's checksum.
#pragma once

#include <memory>
#include <string>

#include "base/stop.h"
#include "engine/object_list.h"
#include "object/object_store.h"

namespace sluice {

// The report whose manifest.json this is. `store` and `stop` outlive the list. Errors (kRun), from
// here and from Next: "inventory-invalid", "inventory-format", "inventory-differs" (a checksum or a
// size), "inventory-row" with file, line and byte; the store's.
std::unique_ptr<ObjectList> OpenInventory(ObjectStore& store, const std::string& bucket,
                                          const std::string& manifest_key, const Stop& stop);

// A manifest in the format S3BatchOperations_CSV_20180820, packed or not. Errors (kRun): as above.
std::unique_ptr<ObjectList> OpenBatchManifest(ObjectStore& store, const std::string& bucket,
                                              const std::string& key, const Stop& stop);

}  // namespace sluice
