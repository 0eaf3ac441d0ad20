// What one compression format must be able to do. Unpack (unpack.h) counts, limits and says where.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "bytes/packed_input.h"

namespace sluice {

class Decoder {
 public:
  virtual ~Decoder() = default;

  // Unpacks the next bytes straight into `into`, at least 1; 0 only at the end of the last member.
  // Errors: those of Unpack, without the place.
  virtual size_t Decode(PackedInput& in, std::span<char> into) = 0;
};

std::unique_ptr<Decoder> NewPlainDecoder();
std::unique_ptr<Decoder> NewGzipDecoder();
std::unique_ptr<Decoder> NewZstdDecoder();
std::unique_ptr<Decoder> NewBzip2Decoder();

}  // namespace sluice
