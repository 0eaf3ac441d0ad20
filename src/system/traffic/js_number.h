// Numbers as JavaScript prints them (ECMA-262, Number::toString with radix 10).
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Appends what String(JSON.parse(text)) is: the shortest decimal that reads back as the same
// double, "1e+21" from 21 digits on, "1e-7" below 1e-6, "0" for -0, "Infinity" beyond a double.
// REQUIRES: `text` is a JSON number
void AppendJsNumber(std::string_view text, std::string& out);

// The double that JavaScript makes of it; infinite beyond a double. REQUIRES: as above
double JsNumber(std::string_view text);

}  // namespace sluice
