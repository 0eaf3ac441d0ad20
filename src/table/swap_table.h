// A shadow: an empty table like another one, to be filled aside and to take its place at once, so
// that no reader ever sees half.
#pragma once

#include <cstdint>
#include <string>

#include "pg/connection.h"

namespace sluice {

// Errors (kNever, kRun): "swap-refused" naming what would be lost if another table took the name.
void CheckSwappable(pg::Connection& connection, uint32_t table);

// Makes a table at `shadow` (qualified and quoted) like `table` (likewise). Gives its oid.
uint32_t MakeShadow(pg::Connection& connection, const std::string& shadow,
                    const std::string& table);

// The shadow gets what the table has (owner, privileges, foreign keys, sequences, comments, names
// of indexes) and its name; the table is dropped. REQUIRES: an open transaction under lock_timeout.
// Errors: as CheckSwappable; the server's.
void SwapTable(pg::Connection& connection, uint32_t table, uint32_t shadow);

}  // namespace sluice
