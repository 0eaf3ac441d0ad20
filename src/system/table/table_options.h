// What `load table` was asked for: the table, the files' dialect, and what is to become of the rows
// that are there. The ledger keeps it as JSON, so that workers anywhere can take part.
#pragma once

#include <string>
#include <vector>

#include "record/dialect.h"
#include "system/table/json_mapper.h"

namespace sluice {

struct ColumnSpec {
  std::string name;
  std::string type;  // as SQL; empty: not known
  bool operator==(const ColumnSpec&) const = default;
};

struct TableOptions {
  std::string table;                 // as given
  std::vector<std::string> columns;  // in the file's order; empty: all that can be filled
  bool json = false;                 // NDJSON; else `dialect`
  Dialect dialect;
  std::string encoding = "UTF8";  // as PostgreSQL calls it
  ExtraKeys extra = ExtraKeys::kReject;
  std::string extra_column;      // kColumn
  std::vector<std::string> key;  // of an upsert; empty: the primary key
  bool via_server = false;       // aws_s3 reads the objects
  std::string region;            // the buckets', for it
  bool create = false;           // make the table where it is missing
  // What a manifest tells of the columns, for making the table.
  std::vector<ColumnSpec> schema;
  bool operator==(const TableOptions&) const = default;
};

std::string ToJson(const TableOptions& options);
// Errors: "ledger-corrupt" (kRun).
TableOptions ParseTableOptions(const std::string& json);

}  // namespace sluice
