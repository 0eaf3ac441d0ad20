#include <cstddef>
#include <cstdint>

#include "system/terminology/script_line_fuzz_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sluice::ocl::FuzzScriptLine({reinterpret_cast<const char*>(data), size});
  return 0;
}
