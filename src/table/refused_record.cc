#include "table/refused_record.h"

#include <algorithm>

namespace sluice {

Reject RefusedRecord(const Position& position, const Error& error) {
  Reject reject;
  reject.position = position;
  reject.reason = "refused-by-database";
  reject.sqlstate = error.code();
  reject.message = error.message();
  reject.detail = error.detail();
  reject.remedy = error.remedy();
  return reject;
}

const Record* FindRecord(const RecordBlock& block, const Position& position) {
  auto offset = [](const Record& record) { return record.position.byte_offset; };
  auto found = std::ranges::lower_bound(block.records, position.byte_offset, {}, offset);
  bool here = found != block.records.end() && offset(*found) == position.byte_offset;
  return here ? &*found : nullptr;
}

}  // namespace sluice
