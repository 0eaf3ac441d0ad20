// THE LINE for systems that commit batch by batch: one object, block by block, from where its last
// batch ended to its settled receipt.
#pragma once

#include "engine/load_object.h"
#include "engine/meter.h"
#include "record/record_block.h"

namespace sluice {

// As LoadObject, for an object that is opened; its counts include those of earlier tries. What is
// committed when it throws stays, and the next try goes on behind it. Errors: also
// "changed-midway" (kNever, kObject) when the lines so far came from another version.
void LoadBatches(const LoadContext& context, const Job& job, RecordReader& reader,
                 const MeteredSource& unpacked, LoadReport& report);

}  // namespace sluice
