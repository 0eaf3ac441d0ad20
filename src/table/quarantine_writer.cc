#include "table/quarantine_writer.h"

#include <algorithm>

#include "base/check.h"
#include "base/crash_point.h"
#include "row/copy_binary.h"
#include "table/append_writer.h"
#include "table/refused_record.h"

namespace sluice {
namespace {

// One savepoint at a time. Without the release, each refusal would leave a level of nesting behind,
// and everything that the server looks up for a transaction would climb through thousands of them.
constexpr char kRollBack[] = "ROLLBACK TO SAVEPOINT sluice_chunk; RELEASE SAVEPOINT sluice_chunk";

// In the COPY's own round trips.
std::string BehindSavepoint(const std::string& copy_sql) {
  return "SAVEPOINT sluice_chunk; " + copy_sql + "; RELEASE SAVEPOINT sluice_chunk";
}

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

QuarantineWriter::QuarantineWriter(pg::Connection& connection, const std::string& copy_sql,
                                   CopyFormat format)
    : connection_(connection), copy_sql_(BehindSavepoint(copy_sql)), format_(format) {
  connection.ExecScript("SET CONSTRAINTS ALL IMMEDIATE");
}

void QuarantineWriter::Write(const RecordBlock& block, Rows& rows, std::vector<Reject>& rejects) {
  const RowBatch& batch = rows.table(0);
  if (batch.rows() == 0) return;
  rows_seen_ += batch.rows();
  Chunk chunk{block, batch, rejects};
  for (size_t begin = 0, end = batch.rows(); begin < end;) {
    begin = SendPiece(chunk, begin, begin + std::min(end - begin, piece_.rows()));
  }
}

WriteCounts QuarantineWriter::Finish(std::vector<Reject>&) { return {.loaded = loaded_}; }

void QuarantineWriter::Send(Chunk& chunk, size_t begin, size_t end) {
  while (begin < end) begin = SendPiece(chunk, begin, end);
}

size_t QuarantineWriter::SendPiece(Chunk& chunk, size_t begin, size_t end) {
  std::optional<Refusal> refusal = Try(chunk, begin, end);
  if (!refusal) return end;
  if (refusal->row) {
    // Of the rows before it one may still be refused, by a constraint that is looked at later.
    Send(chunk, begin, *refusal->row);
    Refuse(chunk, *refusal->row, refusal->error);
    return *refusal->row + 1;
  }
  if (end - begin == 1) {
    Refuse(chunk, begin, refusal->error);
  } else {
    size_t middle = begin + (end - begin) / 2;
    Send(chunk, begin, middle);
    Send(chunk, middle, end);
  }
  return end;
}

std::optional<QuarantineWriter::Refusal> QuarantineWriter::Try(Chunk& chunk, size_t begin,
                                                               size_t end) {
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
  CrashPoint("chunk-kept");
  loaded_ += end - begin;
  piece_.Kept(end - begin);
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
  piece_.Refused();
  chunk.rejects.push_back(std::move(reject));
}

}  // namespace sluice
