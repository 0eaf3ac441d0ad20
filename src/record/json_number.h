// JSON numbers, lexically: none is ever converted, so none is refused that PostgreSQL's numeric
// holds.
#pragma once

namespace sluice {

enum class JsonNumber { kFine, kBad, kTooLarge };

// Looks at the number at `at` and moves `at` behind it; where it is bad, to the fault. What follows
// the number is not looked at.
JsonNumber PassJsonNumber(const char*& at, const char* end);

}  // namespace sluice
