#include "ledger/lane.h"

#include "ledger/access_sql.h"

namespace sluice {

std::vector<LaneRow> ListLanes(pg::Connection& connection) {
  pg::Result rows = connection.Exec(sql::kLanes);
  std::vector<LaneRow> lanes;
  for (int row = 0; row < rows.rows(); ++row) {
    lanes.push_back({.name = std::string(rows.text(row, 0)),
                     .width = static_cast<int>(rows.int8(row, 1)),
                     .paused = rows.boolean(row, 2),
                     .pending = static_cast<uint64_t>(rows.int8(row, 3)),
                     .running = static_cast<uint64_t>(rows.int8(row, 4))});
  }
  return lanes;
}

bool IsLanePaused(pg::Connection& connection, const std::string& name) {
  return connection.Exec(sql::kLanePaused, {name}).rows() > 0;
}

bool IsTurnOf(pg::Connection& connection, const std::string& lane, ImportId import) {
  return connection.Exec(sql::kIsTurnOf, {lane, std::to_string(import.value)}).boolean(0, 0);
}

bool PauseLane(pg::Connection& connection, const std::string& name, bool paused) {
  return connection.Exec(sql::kPauseLane, {name, paused ? "true" : "false"}).rows_changed() == 1;
}

void SetLaneWidth(pg::Connection& connection, const std::string& name, int width) {
  connection.Exec(sql::kWidenLane, {name, std::to_string(width)});
}

}  // namespace sluice
