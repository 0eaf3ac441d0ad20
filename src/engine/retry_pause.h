// How long a job waits between two attempts.
#pragma once

#include <chrono>

#include "base/backoff.h"
#include "engine/limits.h"

namespace sluice {

// The pause before attempt n + 1, with full jitter.
inline std::chrono::milliseconds PauseBeforeRetry(int attempts) {
  Backoff backoff(limits::kJobBackoffFirst, limits::kJobBackoffCap);
  std::chrono::milliseconds pause{0};
  for (int i = 0; i <= attempts; ++i) pause = backoff.Next();
  return pause;
}

}  // namespace sluice
