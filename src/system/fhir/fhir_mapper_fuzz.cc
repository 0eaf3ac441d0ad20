#include <cstddef>
#include <cstdint>

#include "system/fhir/fhir_mapper_fuzz_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sluice::FuzzFhirMapper({reinterpret_cast<const char*>(data), size});
  return 0;
}
