#include "table/qualified_name.h"

#include <fmt/format.h>

#include "base/error.h"
#include "table/part_sql.h"

namespace sluice {

std::string TableName(pg::Connection& connection, uint32_t relation) {
  pg::Result rows = connection.Exec(sql::kTableName, {std::to_string(relation)});
  if (rows.rows() == 0) {
    throw Fault("no-such-table", fmt::format("there is no table with the oid {}", relation))
        .With(Scope::kRun);
  }
  return std::string(rows.text(0, 0));
}

std::optional<uint32_t> FindTable(pg::Connection& connection, const std::string& name) {
  pg::Result rows = connection.Exec(sql::kFindTable, {name});
  if (rows.rows() == 0) return std::nullopt;
  return static_cast<uint32_t>(rows.int8(0, 0));
}

std::vector<uint32_t> FindTables(pg::Connection& connection, const std::string& schema,
                                 bool with_foreign_keys) {
  pg::Result rows = connection.Exec(sql::kFindTables,
                                    {schema, std::string(with_foreign_keys ? "true" : "false")});
  std::vector<uint32_t> tables;
  for (int row = 0; row < rows.rows(); ++row) {
    tables.push_back(static_cast<uint32_t>(rows.int8(row, 0)));
  }
  return tables;
}

std::string IndexName(const pg::Connection& connection, const pg::TablePart& part) {
  return connection.QuoteIdentifier(part.schema) + "." + connection.QuoteIdentifier(part.name);
}

}  // namespace sluice
