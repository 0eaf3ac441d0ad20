#include "system/traffic/js_number.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace sluice {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether the text is what JavaScript would print. A decimal of at most 15 digits is the shortest
// that reads back as its double, so only its form is to be looked at.
bool IsCanonical(std::string_view text) {
  constexpr size_t kExactDigits = 15;
  std::string_view rest = text;
  if (rest.starts_with('-')) rest.remove_prefix(1);
  size_t whole = 0;
  while (whole < rest.size() && IsDigit(rest[whole])) ++whole;
  if (whole == rest.size()) return whole <= kExactDigits && text != "-0";
  if (rest[whole] != '.' || rest.size() - 1 > kExactDigits || !IsDigit(rest.back())) return false;
  if (rest.find_first_of("eE") != std::string_view::npos || rest.back() == '0') return false;
  return rest.front() != '0' || !rest.starts_with("0.00000");  // 1e-6 and more stay decimals
}

}  // namespace

double JsNumber(std::string_view text) {
  double value = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault == std::errc()) return value;
  return std::strtod(std::string(text).c_str(), nullptr);  // too large or too small
}

void AppendJsNumber(std::string_view text, std::string& out) {
  if (IsCanonical(text)) {
    out.append(text);
    return;
  }
  double value = JsNumber(text);
  if (value == 0) {
    out.push_back('0');
    return;
  }
  if (value < 0) out.push_back('-');
  if (std::isinf(value)) {
    out.append("Infinity");
    return;
  }
  // "d.ddde-07": the shortest digits, and the power of ten of the first.
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value),
                           std::chars_format::scientific);
  std::string_view shown(buffer, static_cast<size_t>(end.ptr - buffer));
  size_t e = shown.find('e');
  std::string digits(1, shown[0]);
  if (e > 2) digits.append(shown.substr(2, e - 2));
  int power = 0;
  std::from_chars(shown.data() + e + (shown[e + 1] == '+' ? 2 : 1), end.ptr, power);
  const int point = power + 1;  // where the decimal point is, counted from the first digit
  const auto count = static_cast<int>(digits.size());
  if (count <= point && point <= 21) {
    out.append(digits).append(static_cast<size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out.append(digits, 0, static_cast<size_t>(point)).append(".");
    out.append(digits, static_cast<size_t>(point));
  } else if (-6 < point && point <= 0) {
    out.append("0.").append(static_cast<size_t>(-point), '0').append(digits);
  } else {
    out.append(digits, 0, 1);
    if (count > 1) out.append(".").append(digits, 1);
    out.append(power < 0 ? "e-" : "e+").append(std::to_string(std::abs(power)));
  }
}

}  // namespace sluice
