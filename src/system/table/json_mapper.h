// From NDJSON objects to COPY text, members into columns by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "row/mapper.h"

namespace sluice {

// What becomes of members that name no column.
enum class ExtraKeys { kReject, kIgnore, kColumn };

struct JsonMapping {
  std::vector<std::string> columns;
  ExtraKeys extra = ExtraKeys::kReject;
  size_t extra_column = 0;  // kColumn: the index in `columns` of the jsonb column that takes them
};

// Makes COPY text with its default options. A string becomes its text, null and a missing member
// NULL, everything else its own JSON. A record that is no sound object becomes a reject, its reason
// one of json_fault.h, "not-an-object", or "extra-key".
std::unique_ptr<Mapper> NewJsonMapper(JsonMapping mapping);

}  // namespace sluice
