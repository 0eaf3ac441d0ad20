#include "table/append_writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "row/copy_binary.h"

namespace sluice {

AppendWriter::AppendWriter(pg::Connection& connection, std::string copy_sql, CopyFormat format)
    : connection_(connection), copy_sql_(std::move(copy_sql)), format_(format) {}

void AppendWriter::Remember(const RowBatch& batch) {
  Sent sent{rows_ - rows_before_ + 1, batch.positions.front(), batch.bytes.size(), {}};
  sent.distance.reserve(batch.rows());
  for (const Position& position : batch.positions) {
    sent.distance.emplace_back(
        static_cast<uint32_t>(position.line - sent.first.line),
        static_cast<uint32_t>(position.byte_offset - sent.first.byte_offset));
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
  for (const Sent& sent : sent_) {
    if (*row < sent.first_row || *row >= sent.first_row + sent.distance.size()) continue;
    auto [lines, bytes] = sent.distance[*row - sent.first_row];
    return Position{sent.first.line + lines, sent.first.byte_offset + bytes};
  }
  return std::nullopt;
}

}  // namespace sluice
