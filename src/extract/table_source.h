// What is read of a PostgreSQL database: the columns, and the pieces that streams take in turn.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "extract/extract_request.h"
#include "pg/connection.h"
#include "system/table/table_options.h"

namespace sluice {

struct TableSource {
  std::vector<ColumnSpec> columns;
  // SELECTs that together give every row once.
  std::vector<std::string> pieces;
};

// The statement that locks the table against whatever changes its shape or its files; empty where
// nothing can be locked. It must come before the snapshot: what TRUNCATE did in between would be
// missing without a word. Errors (kRun): "no-such-table".
std::string LockStatement(pg::Connection& connection, const ExtractRequest& request);

// In the transaction whose snapshot the streams share. Errors (kRun): "no-such-table",
// "extract-source" for what is no table or query that has columns; the server's.
TableSource DescribeSource(pg::Connection& connection, const ExtractRequest& request);

}  // namespace sluice
