// When a watch looks again for new objects.
#pragma once

#include <chrono>
#include <cstdint>

namespace sluice {

class Watch {
 public:
  explicit Watch(uint64_t seed) : state_(seed) {}

  // The pause after a listing that took so long: the poll's, with jitter, so that many watchers do
  // not list at once; longer where listing is slow, so that a watch lists a third of the time at
  // most.
  std::chrono::milliseconds PauseAfter(std::chrono::steady_clock::duration listing);

 private:
  uint64_t state_;
};

}  // namespace sluice
