// Where the checkout is, for tests that read its files: seeds, pages, tools.
#pragma once

namespace sluice {

extern const char kSourceDir[];  // without a slash at its end

}  // namespace sluice
