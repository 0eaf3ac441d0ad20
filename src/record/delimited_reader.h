// Delimited text as whole records: a line end that is quoted or escaped belongs to its record, also
// where a block of the object ends in between. What the fields are is delimited_parser.h's
// business.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/buffer_pool.h"
#include "base/stop.h"
#include "bytes/byte_source.h"
#include "record/block_reader.h"
#include "record/dialect.h"
#include "record/record_block.h"

namespace sluice {

struct DelimitedOptions {
  BlockLimits limits;
  // An empty line is a record of one empty field, or (false) no record at all.
  bool empty_lines_count = false;
  // Called with the header of the object, if the dialect has one; may throw.
  std::function<void(std::string_view header)> on_header = [](std::string_view) {};
};

// A CR before the LF belongs to the line end unless it is quoted or escaped. A byte order mark at
// the start is passed over. As block_reader.h says of the pools, the limits and the errors.
std::unique_ptr<RecordReader> NewDelimitedReader(ByteSource& source, BufferPool& blocks,
                                                 BufferPool& large_records, const Dialect& dialect,
                                                 DelimitedOptions options, const Stop& stop);

}  // namespace sluice
