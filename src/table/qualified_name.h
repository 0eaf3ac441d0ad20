// Names as SQL wants them: quoted, and with their schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pg/connection.h"
#include "pg/table_part.h"

namespace sluice {

// The table's name now. Errors (kNever, kRun): "no-such-table".
std::string TableName(pg::Connection& connection, uint32_t relation);

// The table that is called "schema.table", neither of them quoted; nothing if there is none.
std::optional<uint32_t> FindTable(pg::Connection& connection, const std::string& name);

// The index's name with its schema.
std::string IndexName(const pg::Connection& connection, const pg::TablePart& part);

}  // namespace sluice
