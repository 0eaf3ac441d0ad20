#include "table/append_writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "row/copy_binary.h"

namespace sluice {

AppendWriter::AppendWriter(pg::Connection& connection, std::string copy_sql)
    : connection_(connection), copy_sql_(std::move(copy_sql)) {}

void AppendWriter::Remember(const RowBatch& batch) {
  Sent sent{rows_ + 1, batch.positions.front(), batch.bytes.size(), {}};
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
    connection_.PutCopy(CopyBinaryHeader());
  }
  Remember(batch);
  rows_ += batch.rows();
  connection_.PutCopy(batch.bytes);
}

void AppendWriter::Finish() {
  if (!copying_) return;
  connection_.PutCopy(CopyBinaryTrailer());
  copying_ = false;
  uint64_t counted = connection_.EndCopy();
  if (counted != rows_) {
    throw Fault("row-count", fmt::format("{} rows were sent and the server counted {}: a trigger "
                                         "or rule of the table drops rows",
                                         rows_, counted))
        .Remedy("load into the table without the trigger, or disable it for the load");
  }
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
