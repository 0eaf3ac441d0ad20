// A bad record, as a value (house promise 6).
#pragma once

#include <cstddef>
#include <string>

#include "record/record_block.h"

namespace sluice {

// How much of a bad record is kept: enough to see what is wrong, and too little for one record to
// fill the ledger.
inline constexpr size_t kRejectRawBytesMax = 64 * 1024;

struct Reject {
  Position position;
  // A code of doc/reference/errors.md: "json-syntax", "id-missing", ... lower case, hyphens.
  std::string reason;
  std::string sqlstate;   // where PostgreSQL refused it; else empty
  std::string message;    // one sentence; may hold no record contents
  std::string detail;     // the DETAIL of the server, which may hold what the record holds
  std::string remedy;     // one sentence
  std::string raw;        // the record's bytes, cut at kRejectRawBytesMax
  std::string record_id;  // the record's own id where it could be read
};

}  // namespace sluice
