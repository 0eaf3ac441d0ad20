#include "system/terminology/line_result.h"

#include <algorithm>
#include <array>

namespace sluice::ocl {

Fate FateOf(const LineResult& result) {
  if (result.action != "SKIP") {
    return result.status_code.starts_with('2') ? Fate::kDone : Fate::kFailed;
  }
  constexpr std::array kHarmless = {kSkippedByAction, kExistsAlready, kDoesNotExist,
                                    kRetiredAlready};
  bool harmless = std::ranges::any_of(
      kHarmless, [&](const char* begin) { return result.message.starts_with(begin); });
  return harmless ? Fate::kNothingToDo : Fate::kFailed;
}

}  // namespace sluice::ocl
