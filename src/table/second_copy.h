// An object's rows once more, in a temporary table: so that the server itself says which of them
// have a key, whatever the key is made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/table_part.h"
#include "row/row_batch.h"
#include "table/append_writer.h"

namespace sluice {

class SecondCopy {
 public:
  // `name` is the table's, quoted and qualified; `copy_sql` the one that loads it. REQUIRES: an
  // open transaction, to be rolled back; the connection outlives the copy.
  SecondCopy(pg::Connection& connection, const std::string& name, const std::string& copy_sql,
             CopyFormat format);

  // Errors: the server's, as AppendWriter's.
  void Write(const RowBatch& batch) { writer_.Write(batch); }

  struct Match {
    uint64_t row = 0;   // from 1, as they were written
    std::string value;  // of the key: record contents, never logged
  };
  // Ends the writing; the rows whose key is among `values`, in order.
  std::vector<Match> Find(const pg::TablePart& key, const std::vector<std::string>& values);

 private:
  pg::Connection& connection_;
  AppendWriter writer_;
};

}  // namespace sluice
