#include "record/ndjson_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr size_t kLineEndBytesMax = 2;

// The pools are sized so that a block buffer is always there, and the holder of the large one gives
// it back after one record's way into the database: a wait this long means that something hangs.
constexpr std::chrono::minutes kBufferWait{10};

// Bounds what a block of tiny lines costs downstream, where each line is a row or a reject.
constexpr size_t kBlockRecordsMax = 8192;

class NdjsonReader final : public RecordReader {
 public:
  NdjsonReader(ByteSource& source, BufferPool& blocks, BufferPool& large_records,
               const NdjsonLimits& limits, const Stop& stop)
      : source_(source), blocks_(blocks), large_(large_records), limits_(limits), stop_(stop) {
    CHECK(limits.block_bytes > kByteOrderMark.size());
    CHECK(large_records.capacity() >= limits.record_bytes + kLineEndBytesMax);
  }

  bool Read(RecordBlock& block) override {
    block.records.clear();
    block.bytes = 0;
    large_buffer_ = {};
    if (!buffer_) Start(block);
    while (block.records.empty()) {
      if (!Split(block)) {
        if (ended_) return false;
        MakeRoom();
        if (end_ == buffer_.size()) {
          ReadLargeRecord(block);
        } else {
          Fill();
        }
      }
    }
    return true;
  }

 private:
  void Start(RecordBlock& block) {
    buffer_ = blocks_.Take(limits_.block_bytes, stop_, Deadline::After(kBufferWait));
    Fill();
    if (std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark)) {
      begin_ = kByteOrderMark.size();
      Advance(block, begin_);
    }
  }

  // Reads until the buffer is full or the object ends, so that blocks are as large as they may be.
  void Fill() {
    while (end_ < buffer_.size() && !ended_) {
      stop_.ThrowIfRequested();
      size_t got = source_.Read(buffer_.span().subspan(end_));
      ended_ = got == 0;
      end_ += got;
    }
  }

  // Moves the unfinished line to the front.
  void MakeRoom() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }

  // Turns the whole lines at hand into records, the last line of the object included. False if
  // there was none.
  bool Split(RecordBlock& block) {
    size_t start = begin_;
    while (begin_ < end_ && block.records.size() < kBlockRecordsMax) {
      const char* line = buffer_.data() + begin_;
      size_t left = end_ - begin_;
      const void* lf = std::memchr(line, '\n', left);
      if (lf == nullptr && !ended_) break;
      size_t size = lf == nullptr ? left : static_cast<size_t>(static_cast<const char*>(lf) - line);
      AddLine(block, {line, size});
      size_t whole = size + (lf == nullptr ? 0 : 1);
      begin_ += whole;
      Advance(block, whole);
      ++next_.line;
    }
    return begin_ > start;
  }

  // `line` is without LF.
  void AddLine(RecordBlock& block, std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > limits_.record_bytes) ThrowTooLong();
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    block.records.push_back({line, next_});
  }

  void Advance(RecordBlock& block, size_t bytes) {
    next_.byte_offset += bytes;
    block.bytes += bytes;
  }

  // A line that fills the block buffer and goes on: it is read on in the large buffer, no further
  // than one block beyond its end, so that what follows it fits into the block buffer.
  void ReadLargeRecord(RecordBlock& block) {
    if (end_ > limits_.record_bytes + kLineEndBytesMax) ThrowTooLong();
    large_buffer_ = {};  // an ignored line of this very block may hold it
    large_buffer_ = large_.Take(large_.capacity(), stop_, Deadline::After(kBufferWait));
    char* line = large_buffer_.data();
    size_t size = end_;
    std::memcpy(line, buffer_.data(), size);
    const void* lf = nullptr;
    while (lf == nullptr && !ended_) {
      stop_.ThrowIfRequested();
      if (size >= limits_.record_bytes + kLineEndBytesMax) ThrowTooLong();
      size_t room = std::min(limits_.record_bytes + kLineEndBytesMax - size, limits_.block_bytes);
      size_t got = source_.Read({line + size, room});
      ended_ = got == 0;
      lf = std::memchr(line + size, '\n', got);
      size += got;
    }
    size_t line_size = lf == nullptr ? size : static_cast<const char*>(lf) - line;
    size_t whole = line_size + (lf == nullptr ? 0 : 1);
    AddLine(block, {line, line_size});
    Advance(block, whole);
    ++next_.line;
    begin_ = 0;
    end_ = size - whole;
    std::memcpy(buffer_.data(), line + whole, end_);
  }

  [[noreturn]] void ThrowTooLong() const {
    throw Fault("line-too-long",
                fmt::format("line {}, which starts at byte {}, is longer than {}", next_.line,
                            next_.byte_offset, FormatBytes(limits_.record_bytes)))
        .Remedy("Make sure that the file has one record per line, or raise the limit.");
  }

  ByteSource& source_;
  BufferPool& blocks_;
  BufferPool& large_;
  const NdjsonLimits limits_;
  const Stop& stop_;
  Buffer buffer_;
  Buffer large_buffer_;  // holds the record of the last block, if it was a large one
  size_t begin_ = 0;     // [begin_, end_) of buffer_ is still to be split
  size_t end_ = 0;
  bool ended_ = false;
  Position next_{1, 0};  // of the byte at begin_
};

}  // namespace

std::unique_ptr<RecordReader> NewNdjsonReader(ByteSource& source, BufferPool& blocks,
                                              BufferPool& large_records, const NdjsonLimits& limits,
                                              const Stop& stop) {
  return std::make_unique<NdjsonReader>(source, blocks, large_records, limits, stop);
}

}  // namespace sluice
