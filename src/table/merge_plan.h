// How the rows of an object are merged into a table that has a key: the statements, made once per
// table.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/unit.h"
#include "pg/connection.h"
#include "row/row_batch.h"
#include "table/policy.h"

namespace sluice {

struct MergeColumn {
  std::string name;  // as the catalog has it
  // What an update makes of it, as SQL in which `stored` is the row that is there; empty: the
  // incoming value.
  std::string on_update{};
};

struct MergeTarget {
  std::string table;                 // qualified and quoted, like the next
  std::string history_table{};       // takes the row that an update replaces; empty: none
  std::vector<MergeColumn> columns;  // in the order of the mapper's tuples
  std::vector<std::string> key;      // its names among the columns
  std::string version_column{};      // what kNewer compares; a row without a version is older
  // How the rows come, and what COPY is told of it.
  CopyFormat copy_format = CopyFormat::kBinary;
  std::string copy_options = "FORMAT binary";
};

struct MergeOptions {
  ConflictPolicy conflict = ConflictPolicy::kOverride;
  KeepPolicy on_duplicate = KeepPolicy::kFail;
  // How many rows that the server refuses are found, while the others are merged; more fail the
  // merge. 0: the first fails it. Costs a copy of each record.
  uint64_t isolate_max = 0;
  // For sorting one object's rows on the server.
  size_t work_mem_bytes = 64 * kMiB;
};

// Statements of one merge, in this order.
struct MergePlan {
  MergeOptions options;
  CopyFormat format = CopyFormat::kBinary;
  size_t columns = 0;           // of a tuple
  std::string make_staging;     // script
  std::string copy;             // into staging
  std::string find_duplicates;  // $1 the most rows: value, line, byte
  std::string drop_duplicates;  // as on_duplicate says
  std::string merge;            // see merge_sql.h for what each returns
  std::string keep_history;     // empty without history
  std::string update;           // empty where `merge` does it
  std::string clear_piece;      // staging, and what else one merge leaves
};

// Errors (kNever, kRun): "upsert-needs-key" when no unique index on just the key columns stands
// (put aside?) or it is deferrable; "no-such-table".
MergePlan PlanMerge(pg::Connection& connection, const MergeTarget& target,
                    const MergeOptions& options);

}  // namespace sluice
