#include "table/swap_table.h"

#include <fmt/format.h>

#include "base/error.h"
#include "table/qualified_name.h"
#include "table/swap_sql.h"

namespace sluice {

void CheckSwappable(pg::Connection& connection, uint32_t table) {
  pg::Result found = connection.Exec(sql::kSwapObstacles, {std::to_string(table)});
  if (found.is_null(0, 0)) return;
  throw Fault("swap-refused", fmt::format("another table cannot take the place of {}: it has {}",
                                          TableName(connection, table), found.text(0, 0)))
      .With(Scope::kRun)
      .Remedy("load without --atomic, or drop those and make them again afterwards");
}

uint32_t MakeShadow(pg::Connection& connection, const std::string& shadow,
                    const std::string& table) {
  connection.Exec(fmt::format(sql::kMakeShadow, shadow, table));
  return static_cast<uint32_t>(
      connection.Exec("SELECT to_regclass($1)::oid::int8", {shadow}).int8(0, 0));
}

void SwapTable(pg::Connection& connection, uint32_t table, uint32_t shadow) {
  connection.Exec(
      fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", TableName(connection, table)));
  CheckSwappable(connection, table);
  pg::Result statements =
      connection.Exec(sql::kSwapStatements, {std::to_string(table), std::to_string(shadow)});
  for (int row = 0; row < statements.rows(); ++row) {
    connection.Exec(std::string(statements.text(row, 0)));
  }
}

}  // namespace sluice
