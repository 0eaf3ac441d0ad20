// What readers hand to mappers: whole records, with the place of each.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sluice {

// A place in an object, in the decompressed stream.
struct Position {
  uint64_t line = 0;         // physical line, from 1
  uint64_t byte_offset = 0;  // from 0
};

struct Record {
  // The record's bytes without line end. At least Buffer::kPadding bytes after them are readable.
  std::string_view bytes;
  Position position;
};

// Records that share one buffer. Valid until the reader's next Read.
struct RecordBlock {
  std::vector<Record> records;
  // Of the decompressed stream this block covers, line ends and ignored lines included. Also set
  // when Read returns false, for the ignored lines at the end.
  uint64_t bytes = 0;
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // The next block, with at least one record; false at the end of the object.
  // Errors: the source's, and "line-too-long" (kNever, kObject) naming line and byte.
  virtual bool Read(RecordBlock& block) = 0;
};

}  // namespace sluice
