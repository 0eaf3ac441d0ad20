// The table system's readers: those of the record room, behind a look at the first bytes, so that a
// file of another kind is refused by its name rather than by a thousand bad records.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "bytes/byte_source.h"
#include "engine/system.h"
#include "system/table/table_options.h"

namespace sluice {

// `columns`: how many a record has. `on_header` as DelimitedOptions'. `bytes` and the context
// outlive the reader. Errors of its Read: "format-unsupported" (kNever, kObject) for Parquet, ORC,
// Avro and UTF-16, with the setting to change; "line-too-long".
std::unique_ptr<RecordReader> NewTableReader(ByteSource& bytes, const ReaderContext& context,
                                             const TableOptions& options, size_t columns,
                                             std::function<void(std::string_view)> on_header);

}  // namespace sluice
