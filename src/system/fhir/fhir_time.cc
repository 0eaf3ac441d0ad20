#include "system/fhir/fhir_time.h"

#include <chrono>

namespace sluice {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

// Takes a text apart from the front; after a miss, everything misses.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // Exactly `digits` digits.
  int Number(int digits) {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      if (!AtDigit()) {
        missed_ = true;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  void Expect(char c) { missed_ = !Accept(c) || missed_; }
  bool Accept(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool AtDigit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  bool Ended() const { return !missed_ && rest_.empty(); }

  // Microseconds of the digits of a fraction, at least one.
  int64_t Fraction() {
    if (!AtDigit()) missed_ = true;
    int64_t micros = 0;
    int64_t unit = kMicrosPerSecond;
    for (; AtDigit(); rest_.remove_prefix(1)) {
      int digit = rest_.front() - '0';
      if (unit == 1 && digit >= 5) ++micros;  // the first digit beyond rounds
      unit /= 10;
      micros += digit * unit;
    }
    return micros;
  }

 private:
  std::string_view rest_;
  bool missed_ = false;
};

// Seconds to be taken off to reach UTC; nothing if the zone is none.
std::optional<int64_t> ZoneSeconds(Scanner& scanner) {
  if (scanner.Accept('Z')) return 0;
  bool west = scanner.Accept('-');
  if (!west) scanner.Expect('+');
  int hours = scanner.Number(2);
  scanner.Expect(':');
  int minutes = scanner.Number(2);
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return std::nullopt;
  int64_t seconds = hours * 3600 + minutes * 60;
  return west ? -seconds : seconds;
}

}  // namespace

std::optional<int64_t> ParseFhirInstant(std::string_view text) {
  namespace chr = std::chrono;
  Scanner scanner(text);
  int year = scanner.Number(4);
  scanner.Expect('-');
  int month = scanner.Number(2);
  scanner.Expect('-');
  int day = scanner.Number(2);
  scanner.Expect('T');
  int hour = scanner.Number(2);
  scanner.Expect(':');
  int minute = scanner.Number(2);
  scanner.Expect(':');
  int second = scanner.Number(2);
  int64_t micros = scanner.Accept('.') ? scanner.Fraction() : 0;
  std::optional<int64_t> zone = ZoneSeconds(scanner);

  chr::year_month_day date{chr::year(year), chr::month(static_cast<unsigned>(month)),
                           chr::day(static_cast<unsigned>(day))};
  bool sound = scanner.Ended() && zone && year >= 1 && date.ok() && hour <= 23 && minute <= 59 &&
               second <= 60;
  if (!sound) return std::nullopt;
  constexpr chr::sys_days kEpoch = chr::year(2000) / 1 / 1;
  int64_t days = (chr::sys_days(date) - kEpoch).count();
  int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - *zone;
  return seconds * kMicrosPerSecond + micros;
}

}  // namespace sluice
