#include "ledger/throttle.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "ledger/throttle_sql.h"

namespace sluice {
namespace {

struct Unit {
  std::string_view word;
  RateUnit unit;
  double factor;
};
constexpr Unit kUnits[] = {
    {"", RateUnit::kRows, 1},           {"rows", RateUnit::kRows, 1},
    {"objects", RateUnit::kObjects, 1}, {"bytes", RateUnit::kBytes, 1},
    {"kB", RateUnit::kBytes, 1e3},      {"MB", RateUnit::kBytes, 1e6},
    {"GB", RateUnit::kBytes, 1e9},
};

Rate ReadRate(const pg::Result& rows, int column, int row = 0) {
  std::string_view unit = rows.text(row, column + 1);
  return {std::stod(std::string(rows.text(row, column))), unit == "rows"    ? RateUnit::kRows
                                                          : unit == "bytes" ? RateUnit::kBytes
                                                                            : RateUnit::kObjects};
}

}  // namespace

std::string_view ToString(RateUnit unit) {
  switch (unit) {
    case RateUnit::kRows:
      return "rows";
    case RateUnit::kBytes:
      return "bytes";
    case RateUnit::kObjects:
      return "objects";
  }
  return "?";
}

std::optional<Rate> ParseRate(std::string_view text) {
  double number = 0;
  auto [end, failed] = std::from_chars(text.begin(), text.end(), number);
  if (failed != std::errc() || !std::isfinite(number)) return std::nullopt;
  std::string_view word(end, static_cast<size_t>(text.end() - end));
  if (word.ends_with("/s")) word.remove_suffix(2);
  for (const Unit& unit : kUnits) {
    double per_second = number * unit.factor;
    // Slower than one in eleven days, or faster than any disk, is a slip.
    bool sensible = per_second >= 1e-6 && per_second <= 1e12;
    if (word == unit.word && sensible) return Rate{per_second, unit.unit};
  }
  return std::nullopt;
}

std::string ToString(const Rate& rate) {
  if (rate.per_second == 0) return "";
  return fmt::format("{}{}/s", rate.per_second, ToString(rate.unit));
}

std::string ThrottleName(ImportId import) { return fmt::format("import {}", import.value); }

void SetThrottle(pg::Connection& connection, const std::string& name, const Rate& rate) {
  connection.Exec(sql::kSetThrottle,
                  {name, fmt::format("{}", rate.per_second), std::string(ToString(rate.unit))});
}

void DropThrottle(pg::Connection& connection, const std::string& name) {
  connection.Exec(sql::kDropThrottle, {name});
}

std::optional<Rate> GetThrottle(pg::Connection& connection, const std::string& name) {
  pg::Result row = connection.Exec(sql::kGetThrottle, {name});
  if (row.rows() == 0) return std::nullopt;
  return ReadRate(row, 0);
}

std::vector<ThrottleRow> ListThrottles(pg::Connection& connection) {
  pg::Result rows = connection.Exec(sql::kListThrottles);
  std::vector<ThrottleRow> throttles;
  for (int row = 0; row < rows.rows(); ++row) {
    throttles.push_back({std::string(rows.text(row, 0)), ReadRate(rows, 1, row)});
  }
  return throttles;
}

std::optional<Reservation> ReserveSlots(pg::Connection& connection, const std::string& name,
                                        double slots) {
  pg::Result row = connection.Exec(sql::kReserve, {name, fmt::format("{}", slots)});
  if (row.rows() == 0) return std::nullopt;
  return Reservation{std::stod(std::string(row.text(0, 0))),
                     std::chrono::milliseconds(row.int8(0, 1)), ReadRate(row, 2)};
}

}  // namespace sluice
