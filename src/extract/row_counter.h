// Counts the rows in what COPY gives out, by its bytes alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "record/dialect.h"

namespace sluice {

class RowCounter {
 public:
  // REQUIRES: kText, or kCsv with doubled quotes.
  explicit RowCounter(const Dialect& dialect)
      : quote_(dialect.kind == Dialect::Kind::kCsv ? dialect.quote : Dialect::kNone) {}

  // Rows that end in `bytes`. Text has a line feed only behind a row; csv, also inside of quotes.
  uint64_t Count(std::string_view bytes) {
    if (quote_ == Dialect::kNone) {
      return static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    }
    uint64_t rows = 0;
    for (char c : bytes) {
      quoted_ ^= static_cast<unsigned>(c == quote_);
      rows += static_cast<unsigned>(c == '\n') & (quoted_ ^ 1U);
    }
    return rows;
  }

 private:
  const char quote_;
  unsigned quoted_ = 0;
};

}  // namespace sluice
