// Rows on their way into a table, already encoded as COPY data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "record/record_block.h"

namespace sluice {

// kText: each row is one line. kCsv: a row may be several, and the server counts lines, not rows.
enum class CopyFormat { kBinary, kText, kCsv };

// Rows of one table in COPY's wire format (binary tuples, or lines of COPY's text), without header
// and trailer.
struct RowBatch {
  // What stays between blocks: the size of a usual block's rows. A large record's row is given
  // back.
  static constexpr size_t kKeptBytesMax = size_t{4} << 20;

  std::string bytes;
  // Of each row's record, in order: row i of the batch is positions[i].
  std::vector<Position> positions;
  size_t rows() const { return positions.size(); }
  void clear() {
    bytes.clear();
    if (bytes.capacity() > kKeptBytesMax) bytes.shrink_to_fit();
    positions.clear();
  }
};

// What one block of records became: the rows of each table of the target, by the system's own
// numbers from 0. A system with one table uses number 0.
class Rows {
 public:
  RowBatch& table(size_t number) {
    if (number >= tables_.size()) tables_.resize(number + 1);
    return tables_[number];
  }
  size_t tables() const { return tables_.size(); }
  void clear() {
    for (RowBatch& batch : tables_) batch.clear();
  }

 private:
  std::vector<RowBatch> tables_ = std::vector<RowBatch>(1);
};

}  // namespace sluice
