// What an extract is asked for, and what came of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "bytes/pack.h"
#include "extract/limits.h"
#include "object/object_ref.h"
#include "record/dialect.h"

namespace sluice {

// What happens where an earlier extract lies under the prefix.
enum class Existing {
  kRefuse,
  kOverwrite,  // its manifest goes first; parts that are not written anew stay, listed nowhere
  kClean,      // all that is named as an extract's goes
};

struct ExtractRequest {
  std::string table;  // as people write it; or
  std::string query;  // one SELECT
  Dialect dialect;    // kText or kCsv
  Packing packing = Packing::kGzip;
  Existing existing = Existing::kRefuse;
  uint64_t part_bytes = limits::kPartBytesDefault;
  int streams = 4;
  // Called from the stream's thread when a part can be read.
  std::function<void(const ObjectStat&)> on_part = [](const ObjectStat&) {};
};

struct ExtractResult {
  std::string manifest;  // where it lies, for people
  uint64_t rows = 0;
  uint64_t parts = 0;
  uint64_t bytes = 0;           // as stored
  bool found_complete = false;  // an extract that was killed had written its manifest already
};

}  // namespace sluice
