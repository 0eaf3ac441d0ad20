// UTF-8: whether a text is it, and where it is not.
#pragma once

#include <cstddef>
#include <string_view>

namespace sluice {

bool IsUtf8(std::string_view text);

// The byte where the first sequence begins that is not UTF-8 (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF); text.size() if all is.
size_t Utf8FaultAt(std::string_view text);

}  // namespace sluice
