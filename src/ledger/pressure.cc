#include "ledger/pressure.h"

#include <fmt/format.h>

#include "ledger/pressure_sql.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

std::string Text(int64_t number) { return std::to_string(number); }
double Real(const pg::Result& row, int column) {
  return std::stod(std::string(row.text(0, column)));
}

}  // namespace

void SetPressure(pg::Connection& connection, ImportId import, double max_percent,
                 const PaceTimes& first) {
  connection.Exec(sql::kSetPressure, {Text(import.value), fmt::format("{}", max_percent),
                                      Text(first.open.count()), Text(first.shut.count())});
}

void DropPressure(pg::Connection& connection, ImportId import) {
  connection.Exec(sql::kDropPressure, {Text(import.value)});
}

std::optional<PressureView> LookAtPressure(pg::Connection& connection, ImportId import,
                                           WorkerId worker) {
  connection.Exec(sql::kLeadPressure, {Text(import.value), Text(worker.value)});
  pg::Result row = connection.Exec(sql::kPressure, {Text(import.value), Text(worker.value)});
  if (row.rows() == 0) return std::nullopt;
  return PressureView{.max_percent = Real(row, 0),
                      .times = {milliseconds(row.int8(0, 1)), milliseconds(row.int8(0, 2))},
                      .age = milliseconds(row.int8(0, 3)),
                      .leading = row.boolean(0, 4)};
}

void SetPaceTimes(pg::Connection& connection, ImportId import, const PaceTimes& times,
                  double percent, const std::string& cause) {
  connection.Exec(sql::kSetPaceTimes,
                  {Text(import.value), Text(times.open.count()), Text(times.shut.count()),
                   fmt::format("{}", percent), cause});
}

ActivitySample SampleActivity(pg::Connection& connection) {
  pg::Result row = connection.Exec(sql::kSampleActivity);
  return {row.int8(0, 0), row.int8(0, 1), Real(row, 2), row.int8(0, 3)};
}

milliseconds ReplayLag(pg::Connection& connection) {
  return milliseconds(connection.Exec(sql::kReplayLag).int8(0, 0));
}

}  // namespace sluice
