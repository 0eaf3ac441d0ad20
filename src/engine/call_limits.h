// Bounds of calls to other systems; limits.h has all others.
#pragma once

#include <chrono>
#include <cstddef>

namespace sluice::limits {

// How long calls to a system that is down pause before one asks whether it is back; doubled each
// time it is not.
inline constexpr std::chrono::milliseconds kBreakerPauseFirst{500};
inline constexpr std::chrono::milliseconds kBreakerPauseCap{15000};
// The longest pause that a system may ask for (Retry-After): longer ones are a slip.
inline constexpr std::chrono::milliseconds kRetryAfterMax{300000};
// How soon such a pause heeds a stop request.
inline constexpr std::chrono::milliseconds kBreakerHeed{50};
// Reasons for which objects are ignored that are counted one by one.
inline constexpr size_t kIgnoredReasonsMax = 50;
// Tags that an object may bear (Amazon S3 User Guide, "Categorizing your storage using tags").
inline constexpr size_t kTagsMax = 10;

}  // namespace sluice::limits
