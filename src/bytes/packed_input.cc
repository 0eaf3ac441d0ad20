#include "bytes/packed_input.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace sluice {

namespace {

// Decompressors written in assembly load whole words at the end of their input.
constexpr size_t kReadableBeyond = 64;

}  // namespace

PackedInput::PackedInput(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)),
      buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes + kReadableBeyond)) {}

std::span<const char> PackedInput::Peek(size_t wanted) {
  CHECK(wanted <= kBufferBytes);
  if (end_ - begin_ < wanted && begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ - begin_ < wanted && !ended_) {
    size_t got = source_->Read({buffer_.get() + end_, kBufferBytes - end_});
    ended_ = got == 0;
    end_ += got;
  }
  return {buffer_.get() + begin_, end_ - begin_};
}

void PackedInput::Consume(size_t bytes) {
  CHECK(bytes <= end_ - begin_);
  begin_ += bytes;
  offset_ += bytes;
}

size_t PackedInput::Move(std::span<char> into) {
  size_t moved = 0;
  if (begin_ < end_) {
    moved = std::min(end_ - begin_, into.size());
    std::memcpy(into.data(), buffer_.get() + begin_, moved);
    begin_ += moved;
  } else if (!ended_) {
    moved = source_->Read(into);
    ended_ = moved == 0;
  }
  offset_ += moved;
  return moved;
}

}  // namespace sluice
