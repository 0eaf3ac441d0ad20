#include "ledger/throttle.h"

#include <fmt/format.h>

#include "ledger/ledger_sql.h"

namespace sluice {

void SetThrottle(pg::Connection& connection, const std::string& name, double per_second,
                 double burst) {
  connection.Exec(sql::kSetThrottle,
                  {name, fmt::format("{}", per_second), fmt::format("{}", burst)});
}

std::chrono::milliseconds ReserveSlots(pg::Connection& connection, const std::string& name,
                                       double slots) {
  return std::chrono::milliseconds(
      connection.Exec(sql::kReserve, {name, fmt::format("{}", slots)}).int8(0, 0));
}

}  // namespace sluice
