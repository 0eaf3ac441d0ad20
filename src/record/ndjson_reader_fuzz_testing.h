// What must hold for any bytes given to the NDJSON reader; used by the fuzz target and by the
// replay of its seeds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "bytes/byte_source_testing.h"
#include "record/ndjson_reader.h"

namespace sluice {

struct NdjsonOutcome {
  std::vector<std::string> lines;  // "<line>@<byte offset>:<record>"
  bool too_long = false;

  void Add(uint64_t line, uint64_t byte_offset, std::string_view record) {
    lines.push_back(std::to_string(line) + "@" + std::to_string(byte_offset) + ":");
    lines.back() += record;
  }
  bool operator==(const NdjsonOutcome&) const = default;
};

inline NdjsonOutcome ReadNdjson(std::string_view text, size_t step, const NdjsonLimits& limits) {
  StringSource source(std::string(text), step);
  BufferPool blocks(limits.block_bytes), large(limits.record_bytes + 2);
  Stop stop;
  auto reader = NewNdjsonReader(source, blocks, large, limits, stop);
  NdjsonOutcome outcome;
  RecordBlock block;
  try {
    while (reader->Read(block)) {
      for (const Record& record : block.records) {
        outcome.Add(record.position.line, record.position.byte_offset, record.bytes);
      }
    }
  } catch (const Error& error) {
    CHECK(error.code() == "line-too-long");
    outcome.too_long = true;
  }
  return outcome;
}

// The same, as plainly as it can be written.
inline NdjsonOutcome ReadNdjsonPlainly(std::string_view text, size_t record_bytes) {
  NdjsonOutcome outcome;
  size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  for (uint64_t line = 1; at < text.size(); ++line) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string_view record = text.substr(at, end - at);
    if (record.ends_with('\r')) record.remove_suffix(1);
    if (record.size() > record_bytes) {
      outcome.too_long = true;
      break;
    }
    if (record.find_first_not_of(" \t\r") != std::string_view::npos) outcome.Add(line, at, record);
    at = end + 1;
  }
  return outcome;
}

// The first two bytes choose the sizes, the rest is the text.
inline void FuzzNdjsonReader(std::string_view input) {
  if (input.size() < 2) return;
  size_t block_bytes = 4 + static_cast<uint8_t>(input[0]) % 64;
  size_t record_bytes = 1 + static_cast<uint8_t>(input[1]) % 128;
  std::string_view text = input.substr(2);
  NdjsonOutcome expected = ReadNdjsonPlainly(text, record_bytes);
  for (size_t step : {size_t{1}, size_t{5}, SIZE_MAX}) {
    NdjsonOutcome outcome = ReadNdjson(text, step, {block_bytes, record_bytes});
    // The lines before one that is too long may not have become a block yet.
    if (expected.too_long) {
      CHECK(outcome.too_long && outcome.lines.size() <= expected.lines.size());
      outcome.lines = expected.lines;
    }
    CHECK(outcome == expected);
  }
}

}  // namespace sluice
