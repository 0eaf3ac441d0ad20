#include <cstddef>
#include <cstdint>

#include "bytes/unpack_fuzz_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sluice::FuzzUnpack({reinterpret_cast<const char*>(data), size});
  return 0;
}
