// All that it takes to bring a table's parts back: the restore, what is done about rows that share
// a key, and what is left to be told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/stop.h"
#include "engine/database.h"
#include "engine/find_lines.h"
#include "pg/table_part.h"
#include "table/policy.h"

namespace sluice {

// A row that shares a key with another, and where it came from.
struct NamedDuplicate {
  std::string value;   // of the key: for the user's own eyes, never logged
  std::string object;  // empty: the row is not of an object that is loaded
  uint64_t line = 0;   // 0: not known
};

// A part that is not back, or that does not hold.
struct PartFlaw {
  pg::TablePart part;
  Error error;
  std::vector<NamedDuplicate> duplicates;  // the first of them
  // What the columns of rows hold that break a foreign key, of the first: for the user's own eyes.
  std::vector<std::string> violations{};
};

struct BringBackContext {
  const Database& database;
  const SystemMaker& make_system;
  const Stop& stop;
};

// Restores what is aside of the table, unless it is held. Rows that share a key are resolved by the
// policy: those deleted become rejects of their objects, in the same transaction. `session`: as
// RestoreTable's. Empty: all stands. Errors: passing ones, as RestoreTable's: call again.
std::vector<PartFlaw> BringBack(const BringBackContext& context, pg::Connection& session,
                                uint32_t relation, KeepPolicy policy);

}  // namespace sluice
