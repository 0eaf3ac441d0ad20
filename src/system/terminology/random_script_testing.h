// Scripts that stumble over everything: a small world of names, so that lines meet each other.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::ocl {

// So many lines; the same seed gives the same script. It begins with the lookups of the OpenMRS
// schema.
std::string RandomScript(uint32_t seed, int lines);

}  // namespace sluice::ocl
