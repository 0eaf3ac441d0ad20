// The steps by which one part comes back. Each looks at what is there first, so that a restore that
// was cut short, or a person who was quicker, costs nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/table_part.h"

namespace sluice {

// True if the constraint, or one of another name that says the same, stands.
bool ConstraintStands(pg::Connection& connection, const pg::TablePart& part);

// Builds the index under its own name, in the open transaction, unless a whole one stands there; a
// half-built one is dropped first. Holds SHARE on the table, so others of the same table can be
// built beside it, and writers wait. Errors: 23505 when rows share a key; "set-aside-name-taken"
// (kNever, kRun) when the name is another index's or table's now; the server's.
void BuildIndex(pg::Connection& connection, const pg::TablePart& part);

// Makes the index what it was: a constraint of its kind with DEFERRABLE, comments, CLUSTER, replica
// identity. Short, but it locks the table against everyone until the transaction ends. An exclusion
// constraint has no index by now and is built here. REQUIRES: an open transaction.
void FinishIndex(pg::Connection& connection, const pg::TablePart& part);

// Adds the foreign key without looking at the rows that are there. REQUIRES: an open transaction.
void AddForeignKey(pg::Connection& connection, const pg::TablePart& part);

// Looks at the rows; new rows are checked already. Not for keys that were never validated. Errors:
// 23503.
void ValidateForeignKey(pg::Connection& connection, const pg::TablePart& part);

// Rows that a foreign key does not accept.
struct Violations {
  uint64_t rows = 0;
  std::vector<std::string> values;  // up to 10, what the columns hold: for rejects only
};
Violations FindViolations(pg::Connection& connection, const pg::TablePart& part);

}  // namespace sluice
