#include "table/append_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "row/copy_binary.h"

namespace sluice {
namespace {

// PostgreSQL learns the kind of line end with the first row's own: until then it counts the
// carriage returns inside quotes instead of the line feeds (CopyReadLineText of copyfromparse.c).
int64_t UncountedLines(const RowBatch& batch) {
  auto line_feeds = static_cast<int64_t>(std::ranges::count(batch.bytes, '\n')) - 1;
  if (batch.rows() > 1) {
    line_feeds = static_cast<int64_t>(batch.positions[1].line - batch.positions[0].line) - 1;
  }
  int64_t carriage_returns = 0;
  int64_t passed = 0;
  for (auto c = batch.bytes.begin(); c != batch.bytes.end() && passed <= line_feeds; ++c) {
    carriage_returns += *c == '\r' ? 1 : 0;
    passed += *c == '\n' ? 1 : 0;
  }
  return line_feeds - carriage_returns;
}

}  // namespace

AppendWriter::AppendWriter(pg::Connection& connection, std::string copy_sql, CopyFormat format)
    : connection_(connection), copy_sql_(std::move(copy_sql)), format_(format) {}

void AppendWriter::Remember(const RowBatch& batch) {
  uint64_t count = format_ == CopyFormat::kCsv
                       ? static_cast<uint64_t>(std::ranges::count(batch.bytes, '\n'))
                       : batch.rows();
  Sent sent{counted_ + 1, count, batch.positions.front(), batch.bytes.size(), {}};
  counted_ += count;
  sent.distance.reserve(batch.rows());
  for (const Position& position : batch.positions) {
    sent.distance.emplace_back(
        static_cast<uint32_t>(position.line - sent.position.line),
        static_cast<uint32_t>(position.byte_offset - sent.position.byte_offset));
  }
  remembered_bytes_ += sent.bytes;
  sent_.push_back(std::move(sent));
  while (sent_.size() > 1 && remembered_bytes_ - sent_.front().bytes >= kRememberedBytes) {
    remembered_bytes_ -= sent_.front().bytes;
    sent_.pop_front();
  }
}

void AppendWriter::Write(const RowBatch& batch) {
  if (batch.rows() == 0) return;
  if (!copying_) {
    connection_.BeginCopy(copy_sql_);
    copying_ = true;
    rows_before_ = rows_;
    counted_ = 0;
    uncounted_ = format_ == CopyFormat::kCsv ? UncountedLines(batch) : 0;
    sent_.clear();
    remembered_bytes_ = 0;
    if (format_ == CopyFormat::kBinary) connection_.PutCopy(CopyBinaryHeader());
  }
  Remember(batch);
  rows_ += batch.rows();
  connection_.PutCopy(batch.bytes);
}

void AppendWriter::Finish() {
  if (!copying_) return;
  if (format_ == CopyFormat::kBinary) connection_.PutCopy(CopyBinaryTrailer());
  copying_ = false;
  uint64_t counted = connection_.EndCopy();
  uint64_t sent = rows_ - rows_before_;
  if (counted != sent) {
    throw Fault("row-count", fmt::format("{} rows were sent and the server counted {}: a trigger "
                                         "or rule of the table drops rows",
                                         sent, counted))
        .Remedy("load into the table without the trigger, or disable it for the load");
  }
}

void AppendWriter::Write(const RecordBlock&, Rows& rows, std::vector<Reject>&) {
  Write(rows.table(0));
}

WriteCounts AppendWriter::Finish(std::vector<Reject>&) {
  Finish();
  return {.loaded = rows_};
}

void AppendWriter::Abort() noexcept {
  if (!copying_) return;
  copying_ = false;
  connection_.AbortCopy("the load was given up");
}

std::optional<Position> AppendWriter::BlamedRow() const {
  std::optional<uint64_t> row = connection_.copy_error_row();
  if (!row) return std::nullopt;
  // What is said of a line inside the first row is right either way: the row begins before it.
  if (*row > 1)
    *row = static_cast<uint64_t>(std::max<int64_t>(1, static_cast<int64_t>(*row) + uncounted_));
  for (const Sent& sent : sent_) {
    if (*row < sent.first || *row >= sent.first + sent.count) continue;
    auto [lines, bytes] = sent.distance[PlaceOf(sent, *row - sent.first)];
    return Position{sent.position.line + lines, sent.position.byte_offset + bytes};
  }
  return std::nullopt;
}

// Of the row that the server counts as number `number`, from 0, of the batch.
size_t AppendWriter::PlaceOf(const Sent& sent, uint64_t number) const {
  if (format_ != CopyFormat::kCsv) return number;
  // The last row that begins at or before the line.
  auto behind = std::ranges::upper_bound(sent.distance, number, {}, &Distance::first);
  return behind == sent.distance.begin() ? 0
                                         : static_cast<size_t>(behind - sent.distance.begin()) - 1;
}

}  // namespace sluice
