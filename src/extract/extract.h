// `sluice extract`: the line backwards. One snapshot of a PostgreSQL database, read by several
// streams, into parts and a manifest as Redshift's UNLOAD writes them.
#pragma once

#include "base/stop.h"
#include "engine/database.h"
#include "extract/destination.h"
#include "extract/extract_request.h"

namespace sluice {

// The manifest is written last: where it lies, the extract is whole. What fails before takes back
// what it wrote; after a kill the next extract to the prefix does. Errors (kRun):
// "extract-under-way"; "prefix-taken" where something lies and `existing` says kRefuse;
// "dialect-lossy" where the dialect could not tell NULL from a text; the server's; the store's.
ExtractResult Extract(const Database& source, const Destination& destination,
                      const ExtractRequest& request, const Stop& stop);

}  // namespace sluice
