// Reads a stream as blocks of whole records that share one buffer. What ends a record is the
// splitter's business; memory, positions and records longer than a block are dealt with here, once.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/buffer_pool.h"
#include "base/check.h"
#include "base/error.h"
#include "base/stop.h"
#include "base/unit.h"
#include "bytes/byte_source.h"
#include "record/record_block.h"

namespace sluice {

struct BlockLimits {
  size_t block_bytes;   // the usual buffer; a block of records fits in it
  size_t record_bytes;  // the longest record without its end; above it Error "line-too-long"
};

// A Splitter knows one kind of record:
//
//   // The LF that ends the record whose bytes so far are `record`, or npos if they hold none yet:
//   // then it is called again with more of them. After it was found, the next record is looked at.
//   size_t FindEnd(std::string_view record);
//   // Physical lines of the record that was found last, or that the object's end cuts off.
//   uint64_t lines() const;
//   // The record without what belongs to its line end; `record` is without LF.
//   std::string_view Trim(std::string_view record) const;
//   // Whether the record is none: an empty line, a header.
//   bool Ignores(std::string_view trimmed);
//
// One Buffer of block_bytes comes from `blocks` at the first Read and stays with the reader.
// `large_records` lends the buffer of a record longer than block_bytes: it is lent whole, so it is
// the one permit per process (house promise 9), and given back at the next Read. Its pages are
// touched only as far as the record needs. `source`, the pools and `stop` must outlive the reader.
// Errors: "memory-wait" (kLater) when a buffer does not come free in time; "interrupted".
// REQUIRES: large_records.capacity() >= limits.record_bytes + 2, for the line end.
template <class Splitter>
class BlockReader final : public RecordReader {
 public:
  BlockReader(ByteSource& source, BufferPool& blocks, BufferPool& large_records,
              const BlockLimits& limits, const Stop& stop, Splitter splitter)
      : source_(source),
        blocks_(blocks),
        large_(large_records),
        limits_(limits),
        stop_(stop),
        splitter_(std::move(splitter)) {
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
  static constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  static constexpr size_t kLineEndBytesMax = 2;
  // The pools are sized so that a block buffer is always there, and the holder of the large one
  // gives it back after one record's way into the database: a wait this long means that something
  // hangs.
  static constexpr std::chrono::minutes kBufferWait{10};
  // Bounds what a block of tiny records costs downstream, where each is a row or a reject.
  static constexpr size_t kBlockRecordsMax = 8192;

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

  // Moves the unfinished record to the front.
  void MakeRoom() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }

  // Turns the whole records at hand into the block's, the last one of the object included. False if
  // there was none.
  bool Split(RecordBlock& block) {
    size_t start = begin_;
    while (begin_ < end_ && block.records.size() < kBlockRecordsMax) {
      std::string_view left(buffer_.data() + begin_, end_ - begin_);
      size_t lf = splitter_.FindEnd(left);
      if (lf == left.npos && !ended_) break;
      size_t size = std::min(lf, left.size());
      Add(block, left.substr(0, size));
      Pass(block, size, lf != left.npos);
    }
    return begin_ > start;
  }

  // `record` is without LF.
  void Add(RecordBlock& block, std::string_view record) {
    record = splitter_.Trim(record);
    if (record.size() > limits_.record_bytes) ThrowTooLong();
    if (splitter_.Ignores(record)) return;
    block.records.push_back({record, next_});
  }

  // Moves on behind the record that was added.
  void Pass(RecordBlock& block, size_t size, bool with_lf) {
    size_t whole = size + (with_lf ? 1 : 0);
    begin_ += whole;
    Advance(block, whole);
    next_.line += splitter_.lines();
  }

  void Advance(RecordBlock& block, size_t bytes) {
    next_.byte_offset += bytes;
    block.bytes += bytes;
  }

  // A record that fills the block buffer and goes on: it is read on in the large buffer, no further
  // than one block beyond its end, so that what follows it fits into the block buffer.
  void ReadLargeRecord(RecordBlock& block) {
    if (end_ > limits_.record_bytes + kLineEndBytesMax) ThrowTooLong();
    large_buffer_ = {};  // an ignored record of this very block may hold it
    large_buffer_ = large_.Take(large_.capacity(), stop_, Deadline::After(kBufferWait));
    char* record = large_buffer_.data();
    size_t size = end_;
    std::memcpy(record, buffer_.data(), size);
    size_t lf = std::string_view::npos;
    while (lf == std::string_view::npos && !ended_) {
      stop_.ThrowIfRequested();
      if (size >= limits_.record_bytes + kLineEndBytesMax) ThrowTooLong();
      size_t room = std::min(limits_.record_bytes + kLineEndBytesMax - size, limits_.block_bytes);
      size_t got = source_.Read({record + size, room});
      ended_ = got == 0;
      size += got;
      lf = splitter_.FindEnd({record, size});
    }
    size_t record_size = std::min(lf, size);
    Add(block, {record, record_size});
    Pass(block, record_size, lf != std::string_view::npos);
    end_ = size - begin_;
    std::memcpy(buffer_.data(), record + begin_, end_);
    begin_ = 0;
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
  const BlockLimits limits_;
  const Stop& stop_;
  Splitter splitter_;
  Buffer buffer_;
  Buffer large_buffer_;  // holds the record of the last block, if it was a large one
  size_t begin_ = 0;     // [begin_, end_) of buffer_ is still to be split
  size_t end_ = 0;
  bool ended_ = false;
  Position next_{1, 0};  // of the byte at begin_
};

}  // namespace sluice
