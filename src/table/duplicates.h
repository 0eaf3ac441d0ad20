// Rows that share the key of a unique index while it is aside: found, named as values, and resolved
// by policy.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/table_part.h"
#include "table/policy.h"

namespace sluice {

struct DuplicateRow {
  std::string value;  // of the key columns, with commas: record contents, never logged
  std::string place;  // ctid; empty of a row that was deleted
  std::optional<int64_t> txid;
};

struct Duplicates {
  std::string keys;                // "id"
  std::vector<DuplicateRow> rows;  // groups together, oldest first
};

// Up to `rows_max` rows that share a key with another. `txid_column`: where the table has one; else
// empty. An exclusion constraint has no duplicates in this sense: none are found.
Duplicates FindDuplicates(pg::Connection& connection, const pg::TablePart& part,
                          const std::string& txid_column, size_t rows_max);

// SQL that is true of the rows that the unique index speaks of at all.
std::string KeyCondition(const pg::TablePart& part);

// Called inside the deleting transaction with rows that were deleted, at most kDeletedRowsMax at a
// time; it writes their rejects through the same connection.
using OnDeleted = std::function<void(pg::Connection&, std::span<const DuplicateRow>)>;
inline constexpr size_t kDeletedRowsMax = 10000;

// Deletes what is too many for the unique index `part`, in the open transaction, which writers then
// wait for. Only rows whose txid is in `current_txids` (those of current receipts) may go; a row of
// other origin stays, and ours beside it goes. First and last by txid, then by place. Returns how
// many rows were deleted; kFail deletes none. Rows of other origin that share a key stay
// duplicates. REQUIRES: an open transaction under lock_timeout; a table with a txid column.
uint64_t ResolveDuplicates(pg::Connection& connection, const pg::TablePart& part,
                           const std::string& txid_column, KeepPolicy policy,
                           const std::vector<int64_t>& current_txids, const OnDeleted& on_deleted);

}  // namespace sluice
