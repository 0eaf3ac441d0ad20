#include "table/put_aside.h"

#include <fmt/format.h>

#include "table/part_sql.h"
#include "table/qualified_name.h"

namespace sluice {

void LockTableForDrop(pg::Connection& connection, uint32_t relation) {
  connection.Exec(fmt::format(sql::kLockTable, TableName(connection, relation)));
}

void DropParts(pg::Connection& connection, std::span<const pg::TablePart> parts) {
  auto drop = [&](const pg::TablePart& part) {
    if (part.has_constraint()) {
      connection.Exec(fmt::format(sql::kDropConstraint, TableName(connection, part.relation),
                                  connection.QuoteIdentifier(part.name)));
    } else {
      connection.Exec(fmt::format(sql::kDropIndex, IndexName(connection, part)));
    }
  };
  // Foreign keys first: they need the indexes.
  for (const pg::TablePart& part : parts) {
    if (!part.has_index()) drop(part);
  }
  for (const pg::TablePart& part : parts) {
    if (part.has_index()) drop(part);
  }
}

}  // namespace sluice
