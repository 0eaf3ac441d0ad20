// The version of this binary.
#pragma once

#include <string_view>

namespace sluice {

// As CMakeLists.txt's project() has it.
std::string_view Version();

}  // namespace sluice
