// The packed side of a decompressor: a buffer over a ByteSource that can be looked into before it
// is consumed, and that counts what was consumed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "bytes/byte_source.h"

namespace sluice {

class PackedInput {
 public:
  // Large enough that the calls into a decompressor do not show, small enough to stay in L2.
  static constexpr size_t kBufferBytes = 128 * 1024;

  explicit PackedInput(std::unique_ptr<ByteSource> source);

  // The bytes at hand; asks the source only if there are none. Empty only at the end.
  std::span<const char> Fill() { return Peek(1); }
  // At least `wanted` bytes, fewer only at the end. REQUIRES: wanted <= kBufferBytes
  std::span<const char> Peek(size_t wanted);
  // REQUIRES: bytes <= what the last Fill or Peek returned
  void Consume(size_t bytes);
  // Moves bytes out: those at hand, or else straight from the source. 0 only at the end.
  size_t Move(std::span<char> into);

  // How many bytes were consumed: the place of the next one.
  uint64_t offset() const { return offset_; }

 private:
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<char[]> buffer_;
  size_t begin_ = 0;  // [begin_, end_) of the buffer is at hand
  size_t end_ = 0;
  uint64_t offset_ = 0;
  bool ended_ = false;
};

}  // namespace sluice
