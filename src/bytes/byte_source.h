// The line's common currency: a stream of bytes that is pulled.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace sluice {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads at least 1 and at most into.size() bytes and returns how many; 0 only at the end of the
  // bytes, and again on every later call. REQUIRES: into is not empty. Errors: whatever the source
  // meets; after an Error the source is only good for destruction.
  virtual size_t Read(std::span<char> into) = 0;
};

}  // namespace sluice
