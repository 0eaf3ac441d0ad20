// NDJSON: one JSON text per line. LF or CRLF, a byte order mark at the start, empty lines (spaces,
// tabs) ignored but counted, the last line may lack its LF. What a line means is the mapper's
// business.
#pragma once

#include <memory>

#include "base/buffer_pool.h"
#include "base/stop.h"
#include "bytes/byte_source.h"
#include "record/record_block.h"

namespace sluice {

struct NdjsonLimits {
  size_t block_bytes;   // the usual buffer; a block of records fits in it
  size_t record_bytes;  // the longest line without its end; above it Error "line-too-long"
};

// One Buffer of block_bytes comes from `blocks` at the first Read and stays with the reader.
// `large_records` lends the buffer of a record longer than block_bytes: it is lent whole, so it is
// the one permit per process (house promise 9), and given back at the next Read. Its pages are
// touched only as far as the line needs. `source`, the pools and `stop` must outlive the reader.
// Errors: "memory-wait" (kLater) when a buffer does not come free in time; "interrupted".
// REQUIRES: large_records.capacity() >= limits.record_bytes + 2, for the line end.
std::unique_ptr<RecordReader> NewNdjsonReader(ByteSource& source, BufferPool& blocks,
                                              BufferPool& large_records, const NdjsonLimits& limits,
                                              const Stop& stop);

}  // namespace sluice
