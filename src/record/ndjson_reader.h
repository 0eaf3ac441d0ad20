// NDJSON: one JSON text per line. LF or CRLF, a byte order mark at the start, empty lines (spaces,
// tabs) ignored but counted, the last line may lack its LF. What a line means is the mapper's
// business.
#pragma once

#include <memory>

#include "base/buffer_pool.h"
#include "base/stop.h"
#include "bytes/byte_source.h"
#include "record/block_reader.h"
#include "record/record_block.h"

namespace sluice {

using NdjsonLimits = BlockLimits;

// As block_reader.h says of the pools, the limits and the errors.
std::unique_ptr<RecordReader> NewNdjsonReader(ByteSource& source, BufferPool& blocks,
                                              BufferPool& large_records, const NdjsonLimits& limits,
                                              const Stop& stop);

}  // namespace sluice
