// Byte sources for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "bytes/byte_source.h"

namespace sluice {

// Gives a text in pieces of at most `step` bytes.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string text, size_t step = std::numeric_limits<size_t>::max())
      : text_(std::move(text)), step_(step) {}

  size_t Read(std::span<char> into) override {
    size_t size = std::min({into.size(), step_, text_.size() - at_});
    std::memcpy(into.data(), text_.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  const std::string text_;
  const size_t step_;
  size_t at_ = 0;
};

// `total` times the same byte, never in memory; `given()` tells how much was asked for.
class MonotonousSource final : public ByteSource {
 public:
  MonotonousSource(char byte, uint64_t total) : byte_(byte), left_(total) {}

  size_t Read(std::span<char> into) override {
    size_t size = static_cast<size_t>(std::min<uint64_t>(into.size(), left_));
    std::memset(into.data(), byte_, size);
    left_ -= size;
    given_ += size;
    return size;
  }
  uint64_t given() const { return given_; }

 private:
  const char byte_;
  uint64_t left_;
  uint64_t given_ = 0;
};

inline std::string ReadAll(ByteSource& source, size_t buffer_bytes = 64 * 1024) {
  std::string all;
  std::string buffer(buffer_bytes, '\0');
  while (size_t got = source.Read(buffer)) all.append(buffer, 0, got);
  return all;
}

}  // namespace sluice
