// Names as SQL wants them: quoted, and with their schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/table_part.h"

namespace sluice {

// The table's name now. Errors (kNever, kRun): "no-such-table".
std::string TableName(pg::Connection& connection, uint32_t relation);

// The table that is called "schema.table", neither of them quoted; nothing if there is none.
std::optional<uint32_t> FindTable(pg::Connection& connection, const std::string& name);

// The tables of a schema, or of every schema that is the user's where it is empty; only those with
// foreign keys where that is wanted.
std::vector<uint32_t> FindTables(pg::Connection& connection, const std::string& schema,
                                 bool with_foreign_keys);

// The index's name with its schema.
std::string IndexName(const pg::Connection& connection, const pg::TablePart& part);

}  // namespace sluice
