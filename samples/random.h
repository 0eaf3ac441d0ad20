// Chance that can be asked again: every value is a hash of what it is about, so any resource can be
// made without making those before it, in any order and on any number of threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace sluice::samples {

// The finalizer of splitmix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
// Generators").
constexpr uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

class Chance {
 public:
  // `subject`: what the values are about, e.g. {seed, kind, patient, index}.
  constexpr Chance(std::initializer_list<uint64_t> subject) {
    for (uint64_t part : subject) state_ = Mix(state_ ^ part);
  }

  constexpr uint64_t Next() { return Mix(state_++); }
  // Uniform in [low, high]. The bias of the remainder is far below what a sample could show.
  constexpr int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Next() % static_cast<uint64_t>(high - low + 1));
  }
  constexpr bool OneIn(uint64_t n) { return Next() % n == 0; }
  template <class T, size_t N>
  constexpr const T& Of(const std::array<T, N>& choices) {
    return choices[Next() % N];
  }

 private:
  uint64_t state_ = 0;
};

}  // namespace sluice::samples
