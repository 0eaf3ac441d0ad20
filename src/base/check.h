// CHECK(condition): our own mistakes abort with the place and the condition. It can never be
// reached from input.
#pragma once

namespace sluice {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace sluice

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::sluice::CheckFailed(#condition, __FILE__, __LINE__))
