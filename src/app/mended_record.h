// A line of the file that `sluice rejects --format ndjson` prints and `sluice replay` reads.
#pragma once

#include <cstdint>
#include <string>

#include "engine/replay.h"
#include "ledger/reject_ledger.h"

namespace sluice {

// Without line end: reject, object, line, byte_offset, reason, sqlstate, message, detail, remedy,
// id, and raw; raw_base64 where the record's bytes are not UTF-8.
std::string RejectJson(const OpenReject& reject);
// Of such a line, its reject, raw and raw_base64; other names are ignored. Errors (kRun): "usage"
// naming file and line.
MendedRecord ParseMendedRecord(const std::string& line, const std::string& file, uint64_t number);

}  // namespace sluice
