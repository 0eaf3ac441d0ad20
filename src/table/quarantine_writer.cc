#include "table/quarantine_writer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/crash_point.h"
#include "row/copy_binary.h"
#include "table/append_writer.h"
#include "table/refused_record.h"

namespace sluice {
namespace {

constexpr char kSavepoint[] = "SAVEPOINT sluice_chunk";
constexpr char kRelease[] = "RELEASE SAVEPOINT sluice_chunk";
constexpr char kRollBack[] = "ROLLBACK TO SAVEPOINT sluice_chunk";

// After a refusal, at least so many rows are tried at a time: about where a COPY's own cost is that
// of its rows.
constexpr size_t kPieceRowsMin = 32;

// Where each row ends. A row of COPY's text is a line.
std::vector<size_t> RowEnds(std::string_view bytes, CopyFormat format) {
  std::vector<size_t> ends;
  while (!bytes.empty()) {
    size_t size = format == CopyFormat::kBinary ? CopyBinaryTupleSize(bytes) : bytes.find('\n') + 1;
    CHECK(size > 0);
    ends.push_back((ends.empty() ? 0 : ends.back()) + size);
    bytes.remove_prefix(size);
  }
  return ends;
}

}  // namespace

QuarantineWriter::QuarantineWriter(pg::Connection& connection, std::string copy_sql,
                                   CopyFormat format)
    : connection_(connection), copy_sql_(std::move(copy_sql)), format_(format) {
  connection.ExecScript("SET CONSTRAINTS ALL IMMEDIATE");
}

void QuarantineWriter::Write(const RecordBlock& block, Rows& rows, std::vector<Reject>& rejects) {
  const RowBatch& batch = rows.table(0);
  if (batch.rows() == 0) return;
  rows_seen_ += batch.rows();
  Chunk chunk{block, batch, rejects};
  Send(chunk, 0, batch.rows());
}

WriteCounts QuarantineWriter::Finish(std::vector<Reject>&) { return {.loaded = loaded_}; }

// Where bad rows are close together, long pieces would be sent in vain: the next piece is as long
// as what went well, and twice as long as long as all goes well.
void QuarantineWriter::Send(Chunk& chunk, size_t begin, size_t end) {
  size_t piece = end - begin;
  while (begin < end) {
    size_t stop = begin + std::min(piece, end - begin);
    std::optional<Refusal> refusal = Try(chunk, begin, stop);
    if (!refusal) {
      begin = stop;
      piece *= 2;
    } else if (refusal->row) {
      Send(chunk, begin, *refusal->row);
      Refuse(chunk, *refusal->row, refusal->error);
      piece = std::max(kPieceRowsMin, 2 * (*refusal->row - begin));
      begin = *refusal->row + 1;
    } else if (stop - begin == 1) {
      Refuse(chunk, begin, refusal->error);
      begin = stop;
    } else {
      piece = (stop - begin) / 2;
    }
  }
}

std::optional<QuarantineWriter::Refusal> QuarantineWriter::Try(Chunk& chunk, size_t begin,
                                                               size_t end) {
  if (begin == end) return std::nullopt;
  connection_.ExecScript(kSavepoint);
  try {
    Copy(chunk, begin, end);
  } catch (const Error& error) {
    if (error.scope() != Scope::kRecord || connection_.lost()) throw;
    std::optional<uint64_t> row = connection_.copy_error_row();
    connection_.ExecScript(kRollBack);
    CrashPoint("chunk-rolled-back");
    if (!row || *row < 1 || *row > end - begin) return Refusal{error, std::nullopt};
    return Refusal{error, begin + *row - 1};
  }
  connection_.ExecScript(kRelease);
  CrashPoint("chunk-kept");
  loaded_ += end - begin;
  return std::nullopt;
}

void QuarantineWriter::Copy(const Chunk& chunk, size_t begin, size_t end) {
  size_t rows = end - begin;
  rows_sent_ += rows;
  AppendWriter writer(connection_, copy_sql_, format_);
  if (rows == chunk.rows.rows()) {
    writer.Write(chunk.rows);
  } else {
    writer.Write(Piece(chunk, begin, end));
  }
  writer.Finish();
}

RowBatch QuarantineWriter::Piece(const Chunk& chunk, size_t begin, size_t end) const {
  if (chunk.ends.empty()) chunk.ends = RowEnds(chunk.rows.bytes, format_);
  size_t from = begin == 0 ? 0 : chunk.ends[begin - 1];
  RowBatch piece;
  piece.bytes = chunk.rows.bytes.substr(from, chunk.ends[end - 1] - from);
  piece.positions.assign(chunk.rows.positions.begin() + static_cast<ptrdiff_t>(begin),
                         chunk.rows.positions.begin() + static_cast<ptrdiff_t>(end));
  return piece;
}

void QuarantineWriter::Refuse(Chunk& chunk, size_t row, const Error& error) {
  Reject reject = RefusedRecord(chunk.rows.positions[row], error);
  const Record* record = FindRecord(chunk.block, reject.position);
  CHECK(record != nullptr);
  reject.raw = record->bytes;
  chunk.rejects.push_back(std::move(reject));
}

}  // namespace sluice
