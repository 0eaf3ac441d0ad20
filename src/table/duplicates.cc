#include "table/duplicates.h"

#include <fmt/format.h>

#include "table/part_sql.h"
#include "table/qualified_name.h"

namespace sluice {
std::string KeyCondition(const pg::TablePart& part) {
  std::string condition = part.predicate.empty() ? "true" : "(" + part.predicate + ")";
  if (!part.nulls_equal) condition += fmt::format(" AND ROW({}) IS NOT NULL", part.keys);
  return condition;
}

namespace {

DuplicateRow Read(const pg::Result& rows, int row, int txid) {
  DuplicateRow duplicate;
  duplicate.value = rows.text(row, 0);
  if (!rows.is_null(row, txid)) duplicate.txid = rows.int8(row, txid);
  return duplicate;
}

}  // namespace

Duplicates FindDuplicates(pg::Connection& connection, const pg::TablePart& part,
                          const std::string& txid_column, size_t rows_max) {
  Duplicates duplicates{part.keys, {}};
  if (part.keys.empty()) return duplicates;
  std::string txid = txid_column.empty() ? "NULL::int8" : connection.QuoteIdentifier(txid_column);
  pg::Result rows =
      connection.Exec(fmt::format(sql::kDuplicateRows, TableName(connection, part.relation),
                                  part.keys, KeyCondition(part), txid),
                      {std::to_string(rows_max)});
  for (int row = 0; row < rows.rows(); ++row) {
    duplicates.rows.push_back(Read(rows, row, 2));
    duplicates.rows.back().place = rows.text(row, 1);
  }
  return duplicates;
}

uint64_t ResolveDuplicates(pg::Connection& connection, const pg::TablePart& part,
                           const std::string& txid_column, KeepPolicy policy,
                           const std::vector<int64_t>& current_txids, const OnDeleted& on_deleted) {
  if (policy == KeepPolicy::kFail || part.keys.empty()) return 0;
  std::string table = TableName(connection, part.relation);
  connection.Exec(fmt::format(sql::kLockAgainstWriters, table));
  std::string delete_some =
      fmt::format(sql::kDeleteDuplicates, table, part.keys, KeyCondition(part),
                  "t." + connection.QuoteIdentifier(txid_column),
                  policy == KeepPolicy::kKeepLast ? "ASC" : "DESC");
  uint64_t deleted = 0;
  for (;;) {
    pg::Result rows = connection.Exec(
        delete_some, {pg::Int8Array(current_txids), std::to_string(kDeletedRowsMax)});
    std::vector<DuplicateRow> gone;
    for (int row = 0; row < rows.rows(); ++row) gone.push_back(Read(rows, row, 1));
    if (!gone.empty()) on_deleted(connection, gone);
    deleted += gone.size();
    if (gone.size() < kDeletedRowsMax) return deleted;
  }
}

}  // namespace sluice
