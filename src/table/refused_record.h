// A record that the server refused, as a value.
#pragma once

#include "base/error.h"
#include "record/record_block.h"
#include "row/reject.h"

namespace sluice {

// REQUIRES: the error's scope is kRecord.
Reject RefusedRecord(const Position& position, const Error& error);

// The record at the position; null if the block holds none.
const Record* FindRecord(const RecordBlock& block, const Position& position);

}  // namespace sluice
