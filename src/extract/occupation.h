// What is done about the objects that lie under a prefix before an extract writes there, and about
// its own when it fails. The same whoever writes the parts.
#pragma once

#include <optional>

#include "base/stop.h"
#include "extract/claim.h"
#include "extract/destination.h"
#include "extract/extract_request.h"
#include "system/table/unload_manifest.h"

namespace sluice {

// Makes room as `existing` says, and takes away what a killed extract left. The manifest of that
// one, if it had written it: then there is nothing left to do. Errors (kRun): "prefix-taken".
std::optional<UnloadManifest> MakeRoom(const Destination& destination, const ExtractClaim& claim,
                                       Existing existing);

// Writes the manifest while the claim is held, then gives the claim up.
ExtractResult Publish(const Destination& destination, ExtractClaim& claim, UnloadManifest manifest);

// After a failure, once what was written is taken back. A stop leaves the claim, because it ends
// every request; the next extract takes it over.
void GiveUp(ExtractClaim& claim, const Stop& stop) noexcept;

ExtractResult ResultOf(const Destination& destination, const UnloadManifest& manifest);

}  // namespace sluice
