#include <cstddef>
#include <cstdint>

#include "engine/s3_event_fuzz_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sluice::FuzzS3Event({reinterpret_cast<const char*>(data), size});
  return 0;
}
