// Waiting times between tries: exponential with full jitter (each wait is uniform in 0..limit), the
// scheme that spreads retries best; see "Exponential Backoff And Jitter", AWS Architecture Blog.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

namespace sluice {

class Backoff {
 public:
  // Waits grow from `first` by doubling up to `cap`. `seed` 0 takes one from the system.
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds cap, uint64_t seed = 0);

  // The next wait, uniform in [0, min(cap, first * 2^tries)].
  std::chrono::milliseconds Next();
  int tries() const { return tries_; }
  void Reset() { tries_ = 0; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds cap_;
  int tries_ = 0;
  uint64_t seed_;
  std::optional<std::mt19937_64> random_;  // seeded at the first wait: most are never needed
};

}  // namespace sluice
