// Decompression, told by the first bytes and never by the name: gzip, zstd, bzip2, or plain.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "bytes/byte_source.h"

namespace sluice {

enum class Compression { kPlain, kGzip, kZstd, kBzip2 };

std::string_view ToString(Compression compression);

struct UnpackLimits {
  // Unpacked bytes allowed for one object; more is Error "object-too-large".
  uint64_t unpacked_bytes_max;
  // Unpacked : packed allowed once the unpacked bytes pass ratio_free_bytes; above it is Error
  // "expansion-ratio". At least 1.
  uint64_t ratio_max;
  uint64_t ratio_free_bytes;
};

// Reads the first bytes of `packed` and returns a source of the unpacked bytes that owns it.
// `*told`, if given, gets what was found. All members of a multi-member file are read; an empty
// object is plain. Unpacking is straight into the caller's buffer. Errors, from Read (all
// Retry::kNever, Scope::kObject, Origin::kSluice): "gzip-truncated", "gzip-corrupt" (bad header,
// data, CRC or size), "gzip-trailing-garbage" (also zero padding, which gzip(1) only warns of), the
// same for "zstd-" and "bzip2-"; "zstd-window-too-large"; "object-too-large", "expansion-ratio".
// Messages name the byte offset in the packed and the unpacked stream. From here and from Read:
// those of `packed`.
std::unique_ptr<ByteSource> Unpack(std::unique_ptr<ByteSource> packed, const UnpackLimits& limits,
                                   Compression* told = nullptr);

}  // namespace sluice
