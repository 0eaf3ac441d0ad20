// One object is one record: its whole text, without a byte order mark.
#pragma once

#include <memory>

#include "base/buffer_pool.h"
#include "base/stop.h"
#include "bytes/byte_source.h"
#include "record/record_block.h"

namespace sluice {

struct DocumentLimits {
  size_t block_bytes;     // the usual buffer
  size_t document_bytes;  // the longest document; above it Error "document-too-long"
};

// Gives one block with one record, also when the object is empty. The buffer comes from `blocks`;
// a document longer than block_bytes is lent `large_records` whole, the one permit per process, as
// in ndjson_reader.h. `source`, the pools and `stop` must outlive the reader. Errors: the source's,
// "document-too-long" (kNever, kObject), "memory-wait" (kLater), "interrupted".
// REQUIRES: large_records.capacity() > limits.document_bytes
std::unique_ptr<RecordReader> NewDocumentReader(ByteSource& source, BufferPool& blocks,
                                                BufferPool& large_records,
                                                const DocumentLimits& limits, const Stop& stop);

}  // namespace sluice
