// The columns of a table by their names, and which of them make the members of a line.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "system/terminology/csv_cells.h"
#include "system/terminology/csv_members.h"

namespace sluice::ocl::csv {

class Header {
 public:
  // Errors (kNever, kObject): "csv-header" for a name that is there twice.
  explicit Header(std::span<const std::string> names);

  const std::vector<std::string>& names() const { return names_; }
  std::optional<size_t> Find(const std::string& name) const;
  // The indexes of the columns called "<name>[index]", in the order of the header.
  std::vector<std::string> IndexesOf(std::string_view name) const;

 private:
  const std::vector<std::string> names_;
  std::unordered_map<std::string, size_t> at_;
};

// Finds the columns that specs speak of. In a prefix's place stands '@', in an index's '#'; without
// an index every one is meant.
class Finder {
 public:
  // `header` outlives the finder.
  explicit Finder(const Header& header, std::string_view prefix = "", std::string_view index = "")
      : header_(header), prefix_(prefix), index_(index) {}

  Cells Find(std::string_view columns, std::string_view otherwise = "") const;
  std::vector<TypedCells> Find(std::span<const MemberSpec> specs) const;
  // `target`: where the row does not say it.
  EndCells Find(const EndsSpec& spec, std::string_view target) const;

 private:
  ConceptCells Find(const ConceptSpec& spec) const;
  void Add(std::string_view column, Cells& cells) const;
  void AddNamed(const std::string& name, Cells& cells) const;

  const Header& header_;
  const std::string prefix_;
  const std::string index_;
};

}  // namespace sluice::ocl::csv
