// Appends rows to one table by COPY, and remembers where the latest rows came from, so that a row
// that the server refuses is named by its line.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pg/connection.h"
#include "row/row_batch.h"
#include "table/writer.h"

namespace sluice {

class AppendWriter : public Writer {
 public:
  // `copy_sql` is COPY <table> (...) FROM STDIN, of rows in `format`. The connection is in a
  // transaction and outlives the writer.
  AppendWriter(pg::Connection& connection, std::string copy_sql,
               CopyFormat format = CopyFormat::kBinary);

  // Sends the batch. The COPY is begun with the first rows, so a load without rows sends none.
  // Errors: the server's; see BlamedRow.
  void Write(const RowBatch& batch);
  // Ends the COPY. Errors: the server's; "row-count" (a fault of ours) when the server counted
  // other than was sent.
  void Finish();
  void Abort() noexcept override;

  uint64_t rows() const { return rows_; }
  // If the server named the row and it is still remembered.
  std::optional<Position> BlamedRow() const override;

  // As Writer: the rows of table 0, one of each record.
  void Write(const RecordBlock& block, Rows& rows, std::vector<Reject>& rejects) override;
  void Pause() override { Finish(); }
  WriteCounts Finish(std::vector<Reject>& fatal) override;

 private:
  // A server blames a row at most its own and the sockets' buffers late: a few megabytes. 16 MiB of
  // rows are remembered, each as two 32-bit distances from its batch's first.
  static constexpr size_t kRememberedBytes = size_t{16} << 20;
  using Distance = std::pair<uint32_t, uint32_t>;  // lines, bytes
  struct Sent {
    uint64_t first;  // number by which the server knows the first row in its COPY, from 1
    uint64_t count;  // of such numbers
    Position position;
    size_t bytes;
    std::vector<Distance> distance;
  };
  void Remember(const RowBatch& batch);
  size_t PlaceOf(const Sent& sent, uint64_t number) const;

  pg::Connection& connection_;
  const std::string copy_sql_;
  const CopyFormat format_;
  bool copying_ = false;
  uint64_t rows_ = 0;
  uint64_t rows_before_ = 0;  // of the COPY that is under way
  uint64_t counted_ = 0;      // numbers given to them: rows, or lines of csv
  int64_t uncounted_ = 0;     // lines of the first row of csv that the server does not count
  size_t remembered_bytes_ = 0;
  std::deque<Sent> sent_;
};

}  // namespace sluice
