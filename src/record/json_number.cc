#include "record/json_number.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace sluice {
namespace {

// numeric's limits: https://www.postgresql.org/docs/current/datatype-numeric.html
constexpr int64_t kDigitsBeforePointMax = 131'072;
constexpr int64_t kDigitsAfterPointMax = 16'383;
// numeric_in refuses exponents of this size and above, even of zero.
constexpr int64_t kExponentEnd = std::numeric_limits<int32_t>::max() / 2;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

const char* PassDigits(const char* at, const char* end) {
  while (at < end && IsDigit(*at)) ++at;
  return at;
}

struct Parts {
  const char* whole;  // the first digit
  const char* whole_end;
  const char* fraction;  // the first digit after the point
  const char* fraction_end;
  int64_t exponent;
};

// What numeric_in asks of a number's parts (PostgreSQL, src/backend/utils/adt/numeric.c).
bool FitsNumeric(const Parts& parts) {
  if (parts.exponent >= kExponentEnd || parts.exponent <= -kExponentEnd) return false;
  int64_t after_point = (parts.fraction_end - parts.fraction) - parts.exponent;
  if (after_point > kDigitsAfterPointMax) return false;
  auto zero = [](char digit) { return digit == '0'; };
  int64_t before_point = (parts.whole_end - parts.whole) + parts.exponent;
  const char* leading = std::find_if_not(parts.whole, parts.whole_end, zero);
  before_point -= leading - parts.whole;
  if (leading == parts.whole_end) {
    leading = std::find_if_not(parts.fraction, parts.fraction_end, zero);
    if (leading == parts.fraction_end) return true;  // zero
    before_point -= leading - parts.fraction;
  }
  return before_point <= kDigitsBeforePointMax;
}

int64_t Exponent(const char* digits, const char* end, bool negative) {
  int64_t value = 0;
  for (; digits < end; ++digits) value = std::min(value * 10 + (*digits - '0'), kExponentEnd);
  return negative ? -value : value;
}

}  // namespace

JsonNumber PassJsonNumber(const char*& at, const char* end) {
  if (at < end && *at == '-') ++at;
  Parts parts{at, at, at, at, 0};
  if (at == end || !IsDigit(*at)) return JsonNumber::kBad;
  // A zero stands alone: a digit behind it is the caller's fault to find.
  at = *at == '0' ? at + 1 : PassDigits(at, end);
  parts.whole_end = at;
  if (at < end && *at == '.') {
    parts.fraction = ++at;
    at = PassDigits(at, end);
    if (at == parts.fraction) return JsonNumber::kBad;
    parts.fraction_end = at;
  }
  bool exponent = at < end && (*at == 'e' || *at == 'E');
  if (exponent) {
    ++at;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) ++at;
    const char* digits = at;
    at = PassDigits(at, end);
    if (at == digits) return JsonNumber::kBad;
    parts.exponent = Exponent(digits, at, negative);
  }
  bool short_enough = !exponent && at - parts.whole <= kDigitsAfterPointMax;
  return short_enough || FitsNumeric(parts) ? JsonNumber::kFine : JsonNumber::kTooLarge;
}

}  // namespace sluice
