// The cells of one row, and the JSON that they become.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "system/terminology/csv_members.h"
#include "system/terminology/json_text.h"

namespace sluice::ocl::csv {

using Row = std::span<const std::string_view>;

// Cells of which the first that is not empty counts. A row may have fewer cells than the table has
// columns.
struct Cells {
  std::vector<size_t> columns;
  std::string_view otherwise;

  std::string_view Of(Row row) const;
  bool IsEmpty(Row row) const;
};

// A member of a line, and where it comes from.
struct TypedCells {
  std::string name;
  Cells cells;
  Type type = Type::kText;
};

struct ConceptCells {
  Cells url, owner, owner_type, source, id;
};

struct EndCells {
  Cells target;
  ConceptCells from, to;
  Cells to_source_url;
};

// Each leaves out what the row does not have. Errors (kNever, kObject): "csv-value" for a cell that
// is not of its member's type.
void Write(const TypedCells& member, Row row, ObjectWriter& object);
void WriteIfAny(std::string_view name, std::string_view text, ObjectWriter& object);
// What a mapping maps, and to what.
void WriteEnds(const EndCells& ends, Row row, ObjectWriter& object);

}  // namespace sluice::ocl::csv
