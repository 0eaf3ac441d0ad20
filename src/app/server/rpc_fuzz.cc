#include <cstddef>
#include <cstdint>

#include "app/server/rpc_fuzz_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sluice::FuzzRpc({reinterpret_cast<const char*>(data), size});
  return 0;
}
