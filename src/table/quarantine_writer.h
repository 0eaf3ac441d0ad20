// Appends rows by COPY so that a bad record costs itself and no other (house promise 6): each block
// is a chunk of its own behind a savepoint, and where rows are refused, chunks are cut into pieces
// by how far apart that is. After an error at a row, the rows before it are sent again and then
// those after it; an error that names no row (a foreign key, a deferred constraint) is narrowed
// down by halves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"
#include "table/piece_size.h"
#include "table/writer.h"

namespace sluice {

class QuarantineWriter : public Writer {
 public:
  // As AppendWriter's. Deferred constraints are checked with every chunk from here to the end of
  // the transaction.
  QuarantineWriter(pg::Connection& connection, const std::string& copy_sql,
                   CopyFormat format = CopyFormat::kBinary);

  // The rows of table 0, one of each record. What the server refuses becomes rejects, with the
  // record's bytes. Errors: those that are no record's fault.
  void Write(const RecordBlock& block, Rows& rows, std::vector<Reject>& rejects) override;
  void Pause() override {}
  WriteCounts Finish(std::vector<Reject>& fatal) override;
  void Abort() noexcept override {}
  std::optional<Position> BlamedRow() const override { return std::nullopt; }

  // Rows sent more than once, for whatever reason.
  uint64_t rows_resent() const { return rows_sent_ - rows_seen_; }

 private:
  struct Refusal {
    Error error;
    std::optional<size_t> row;  // of the batch
  };
  struct Chunk {
    const RecordBlock& block;
    const RowBatch& rows;
    std::vector<Reject>& rejects;
    mutable std::vector<size_t> ends = {};  // of each row in rows.bytes; made when first needed
  };

  // Rows begin to end, the good ones kept and the others refused.
  void Send(Chunk& chunk, size_t begin, size_t end);
  // The same, and after a refusal no further than the refused row. The first row that is left.
  size_t SendPiece(Chunk& chunk, size_t begin, size_t end);
  std::optional<Refusal> Try(Chunk& chunk, size_t begin, size_t end);
  void Copy(const Chunk& chunk, size_t begin, size_t end);
  void Refuse(Chunk& chunk, size_t row, const Error& error);
  RowBatch Piece(const Chunk& chunk, size_t begin, size_t end) const;

  pg::Connection& connection_;
  const std::string copy_sql_;  // with its savepoint around it
  const CopyFormat format_;
  PieceSize piece_;
  uint64_t loaded_ = 0;
  uint64_t rows_seen_ = 0;
  uint64_t rows_sent_ = 0;
};

}  // namespace sluice
