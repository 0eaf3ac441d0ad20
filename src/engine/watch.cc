#include "engine/watch.h"

#include <algorithm>

#include "engine/limits.h"

namespace sluice {

std::chrono::milliseconds Watch::PauseAfter(std::chrono::steady_clock::duration listing) {
  // Knuth's linear congruential generator (MMIX): jitter needs no better chance.
  state_ = state_ * 6364136223846793005u + 1442695040888963407u;
  constexpr auto kJitter = limits::kWatchPoll / 2;  // 3/4 to 5/4 of the poll
  auto pause = limits::kWatchPoll - kJitter / 2 +
               std::chrono::milliseconds((state_ >> 33) % static_cast<uint64_t>(kJitter.count()));
  return std::max(pause, std::chrono::duration_cast<std::chrono::milliseconds>(2 * listing));
}

}  // namespace sluice
