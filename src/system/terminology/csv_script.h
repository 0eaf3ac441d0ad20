// A bulk import script as a table: each row is a resource, and a concept's row also the mappings
// whose columns it fills. Rows become lines of JSON, as OCL's own converter makes them
// (https://docs.openconceptlab.org/en/latest/oclapi/apireference/bulkimporting.html,
// https://github.com/OpenConceptLab/ocldev, oclcsvtojsonconverter.py); where that drops a row
// without a word, here its line says what is missing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ocl::csv {

// The column that makes a table a script.
inline constexpr std::string_view kTypeColumn = "resource_type";

class Script {
 public:
  // Lines are applied pass by pass, each in the order of its rows, so that a line finds what it
  // refers to wherever the table has it: owners, repositories, concepts, mappings, references,
  // versions.
  static constexpr size_t kPasses = 9;

  // `header`: the names of the columns. Those that no resource has are not looked at.
  // Errors (kNever, kObject): "csv-header" for a name that is there twice.
  explicit Script(std::span<const std::string> header);
  ~Script();

  // Appends the lines that a row becomes, LF included, to those of their passes. `row` is its
  // physical line in the table; the lines carry it as "__row". Fewer cells than columns: the others
  // are empty. REQUIRES: UTF-8
  // Errors (kNever, kObject): "csv-value" naming the column of a cell that is not of the type that
  // the column's name promises; "column-count" for more cells than columns.
  void Append(std::span<const std::string_view> cells, uint64_t row,
              std::span<std::string, kPasses> lines) const;

 private:
  struct Resource;
  struct Layout;
  const std::unique_ptr<const Layout> layout_;
};

}  // namespace sluice::ocl::csv
