// Opens a script as lines of JSON, whichever of OCL's two formats it has. Which one says its
// beginning: a table's header has a column "resource_type".
#pragma once

#include <memory>

#include "bytes/byte_source.h"
#include "engine/system.h"

namespace sluice::ocl {

// A table is read whole before its first line is given, because its lines are applied by type (see
// csv_script.h); what it becomes waits in a file without a name in the directory for temporary
// files. Lines are then numbered as they are applied. The context's parts and `bytes` outlive the
// reader. Errors: the reader's; of a table csv::Script's and, for a row that is no CSV, the reasons
// of delimited_fault.h, naming line and byte, all kNever and kObject: nothing was applied; of the
// file, FileError's.
std::unique_ptr<RecordReader> OpenScript(ByteSource& bytes, const ReaderContext& context);

}  // namespace sluice::ocl
