// A table's name as people write it: table, schema.table, "Mixed Case"."x".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct TableName {
  std::string schema = "public";
  std::string table;

  std::string Shown() const { return schema + "." + table; }
};

// As PostgreSQL folds them: lower case unless quoted. Errors (kNever, kRun): "table-name".
TableName ParseTableName(std::string_view text);
// Column names, parted by commas, by the same rules. Errors: "table-name".
std::vector<std::string> ParseNames(std::string_view text);

}  // namespace sluice
