#include "table/piece_size.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice {

size_t PieceSize::rows() const {
  if (apart_ == 0) return std::numeric_limits<size_t>::max();
  // Once it lasts longer than before, refusals have become rarer.
  double apart = std::max(apart_, since_);
  return static_cast<size_t>(std::ceil(std::sqrt(2 * kPieceCostRows * apart)));
}

void PieceSize::Refused() {
  constexpr double kNewest = 0.25;  // the weight of the newest distance
  double distance = since_ + 1;
  apart_ = apart_ == 0 ? distance : (1 - kNewest) * apart_ + kNewest * distance;
  since_ = 0;
}

}  // namespace sluice
