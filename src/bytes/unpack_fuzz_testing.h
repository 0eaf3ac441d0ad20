// What must hold for any bytes given to Unpack; used by the fuzz target and by the replay of its
// seeds.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/unit.h"
#include "bytes/byte_source_testing.h"
#include "bytes/unpack.h"

namespace sluice {

// What a file unpacks to, or the code of its error.
inline std::string UnpackedOrCode(std::string_view packed, size_t step, size_t buffer_bytes) {
  try {
    auto source = std::make_unique<StringSource>(std::string(packed), step);
    auto unpacked = Unpack(std::move(source), {128 * kKiB, 200, 64 * kKiB});
    return "=" + ReadAll(*unpacked, buffer_bytes);
  } catch (const Error& error) {
    CHECK(error.origin() == Origin::kSluice && error.retry() == Retry::kNever);
    return error.code();
  }
}

// The outcome does not depend on how the bytes arrive or are asked for. (Which limit trips first
// may.)
inline void FuzzUnpack(std::string_view input) {
  std::string whole = UnpackedOrCode(input, SIZE_MAX, 2 * kMiB);
  bool limited = whole == "object-too-large" || whole == "expansion-ratio";
  for (size_t step : {size_t{1}, size_t{7}}) {
    std::string pieces = UnpackedOrCode(input, step, 1000 * step);
    CHECK(pieces == whole || limited || pieces == "object-too-large" ||
          pieces == "expansion-ratio");
  }
}

}  // namespace sluice
