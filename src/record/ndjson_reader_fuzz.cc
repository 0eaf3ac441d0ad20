#include <cstddef>
#include <cstdint>

#include "record/ndjson_reader_fuzz_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sluice::FuzzNdjsonReader({reinterpret_cast<const char*>(data), size});
  return 0;
}
