#include "record/document_reader.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
// As in ndjson_reader.cc: a wait this long means that something hangs.
constexpr std::chrono::minutes kBufferWait{10};

class DocumentReader final : public RecordReader {
 public:
  DocumentReader(ByteSource& source, BufferPool& blocks, BufferPool& large_records,
                 const DocumentLimits& limits, const Stop& stop)
      : source_(source), blocks_(blocks), large_(large_records), limits_(limits), stop_(stop) {
    CHECK(large_records.capacity() > limits.document_bytes);
  }

  bool Read(RecordBlock& block) override {
    block.records.clear();
    block.bytes = 0;
    if (buffer_) return false;
    buffer_ = blocks_.Take(limits_.block_bytes, stop_, Deadline::After(kBufferWait));
    if (!Fill()) {
      Grow();
      if (!Fill()) throw TooLong();
    }
    std::string_view text(buffer_.data(), size_);
    Position position{1, 0};
    if (text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
      position.byte_offset = kByteOrderMark.size();
    }
    block.bytes = size_;
    block.records.push_back({text, position});
    return true;
  }

 private:
  // Reads to the end; false if the buffer is full before it.
  bool Fill() {
    while (size_ < buffer_.size()) {
      stop_.ThrowIfRequested();
      size_t got = source_.Read(buffer_.span().subspan(size_));
      if (got == 0) return true;
      size_ += got;
    }
    return false;
  }

  // One byte more than the longest document shows that a longer one is.
  void Grow() {
    if (limits_.document_bytes < size_) throw TooLong();
    Buffer large = large_.Take(limits_.document_bytes + 1, stop_, Deadline::After(kBufferWait));
    std::memcpy(large.data(), buffer_.data(), size_);
    buffer_ = std::move(large);
  }

  Error TooLong() const {
    return Fault("document-too-long",
                 fmt::format("the document is longer than {}", FormatBytes(limits_.document_bytes)))
        .Remedy("split the file, or see whether it is what its name says");
  }

  ByteSource& source_;
  BufferPool& blocks_;
  BufferPool& large_;
  const DocumentLimits limits_;
  const Stop& stop_;
  Buffer buffer_;
  size_t size_ = 0;
};

}  // namespace

std::unique_ptr<RecordReader> NewDocumentReader(ByteSource& source, BufferPool& blocks,
                                                BufferPool& large_records,
                                                const DocumentLimits& limits, const Stop& stop) {
  return std::make_unique<DocumentReader>(source, blocks, large_records, limits, stop);
}

}  // namespace sluice
