// Appends rows to one table by COPY, and remembers where the latest rows came from, so that a row
// that the server refuses is named by its line.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "row/row_batch.h"

namespace sluice {

class AppendWriter {
 public:
  // `copy_sql` is COPY <table> (...) FROM STDIN (FORMAT binary). The connection is in a transaction
  // and outlives the writer.
  AppendWriter(pg::Connection& connection, std::string copy_sql);

  // Sends the batch. The COPY is begun with the first rows, so a load without rows sends none.
  // Errors: the server's; see BlamedRow.
  void Write(const RowBatch& batch);
  // Ends the COPY. Errors: the server's; "row-count" (a fault of ours) when the server counted
  // other than was sent.
  void Finish();
  // Ends the COPY without its rows, so that the transaction can be rolled back. Never throws.
  void Abort() noexcept;

  uint64_t rows() const { return rows_; }
  // After an Error: the place of the record whose row the server refused, if it named one that is
  // still remembered.
  std::optional<Position> BlamedRow() const;

 private:
  // A server blames a row at most its own and the sockets' buffers late: a few megabytes. 16 MiB of
  // rows are remembered, each as two 32-bit distances from its batch's first.
  static constexpr size_t kRememberedBytes = size_t{16} << 20;
  struct Sent {
    uint64_t first_row;  // from 1
    Position first;
    size_t bytes;
    std::vector<std::pair<uint32_t, uint32_t>> distance;  // lines, bytes
  };
  void Remember(const RowBatch& batch);

  pg::Connection& connection_;
  const std::string copy_sql_;
  bool copying_ = false;
  uint64_t rows_ = 0;
  size_t remembered_bytes_ = 0;
  std::deque<Sent> sent_;
};

}  // namespace sluice
