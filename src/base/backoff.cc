#include "base/backoff.h"

#include <algorithm>

namespace sluice {

Backoff::Backoff(std::chrono::milliseconds first, std::chrono::milliseconds cap, uint64_t seed)
    : first_(first), cap_(cap), seed_(seed) {}

std::chrono::milliseconds Backoff::Next() {
  constexpr int kDoublingsMax = 30;  // beyond this the cap rules and a shift would overflow
  auto limit = std::min(cap_, first_ * (int64_t{1} << std::min(tries_, kDoublingsMax)));
  ++tries_;
  if (!random_) random_.emplace(seed_ != 0 ? seed_ : std::random_device{}());
  return std::chrono::milliseconds(
      std::uniform_int_distribution<int64_t>(0, limit.count())(*random_));
}

}  // namespace sluice
