// Rows on their way into a table, already encoded as COPY data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "record/record_block.h"

namespace sluice {

// Rows of one table in COPY's wire format (binary tuples or text lines), without header and
// trailer.
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

}  // namespace sluice
