// How many rows to send at a time where some of them are refused: a refusal undoes the whole piece,
// so long pieces are sent in vain, and short ones spend their time on round trips.
#pragma once

#include <cstddef>

namespace sluice {

class PieceSize {
 public:
  // So many rows cost as much as the round trips of one piece.
  static constexpr double kPieceCostRows = 24;

  // Rows to try next; no bound before the first refusal. With refusals g rows apart, a piece of n
  // rows loses n/2 rows in one of g/n times; that and the round trips cost least at
  // n = sqrt(2 * cost * g).
  size_t rows() const;

  void Kept(size_t rows) { since_ += static_cast<double>(rows); }
  void Refused();

 private:
  double apart_ = 0;  // rows from one refusal to the next, of late; 0: there was none
  double since_ = 0;  // rows kept since the last
};

}  // namespace sluice
