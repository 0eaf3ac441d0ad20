// Throttles: a rate that all workers share, kept as one row (GCRA on the database's clock).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "pg/connection.h"

namespace sluice {

enum class RateUnit { kRows, kBytes, kObjects };
std::string_view ToString(RateUnit unit);

struct Rate {
  double per_second = 0;  // 0: no rate
  RateUnit unit = RateUnit::kRows;
};
// "500", "500rows/s", "0.5objects/s", "20MB/s" (kB, MB and GB are powers of 1000); nothing if it is
// none of these. A number alone means rows.
std::optional<Rate> ParseRate(std::string_view text);
// As ParseRate reads it; empty for no rate.
std::string ToString(const Rate& rate);

// An import's throttle goes by this name.
std::string ThrottleName(ImportId import);

// Makes the throttle or changes its rate; another rate counts from now on. After a pause a quarter
// of a second's slots, but at least one, may be used at once.
void SetThrottle(pg::Connection& connection, const std::string& name, const Rate& rate);
void DropThrottle(pg::Connection& connection, const std::string& name);
// Nothing: there is no such throttle.
std::optional<Rate> GetThrottle(pg::Connection& connection, const std::string& name);

struct ThrottleRow {
  std::string name;
  Rate rate;
};
std::vector<ThrottleRow> ListThrottles(pg::Connection& connection);

struct Reservation {
  double slots = 0;                   // as asked for, or less: never more than one burst
  std::chrono::milliseconds wait{0};  // before they may be used
  Rate rate;
};
// Reserves up to `slots`, or nothing if there is no such throttle.
std::optional<Reservation> ReserveSlots(pg::Connection& connection, const std::string& name,
                                        double slots);

}  // namespace sluice
