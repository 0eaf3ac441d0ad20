// Lanes: queues with a width that imports share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "pg/connection.h"

namespace sluice {

struct LaneRow {
  std::string name;
  int width = 1;
  bool paused = false;
  uint64_t pending = 0, running = 0;  // objects
};

std::vector<LaneRow> ListLanes(pg::Connection& connection);
bool IsLanePaused(pg::Connection& connection, const std::string& name);
// Whether one of the import's objects is among those that the lane has a place for.
bool IsTurnOf(pg::Connection& connection, const std::string& lane, ImportId import);
// A paused lane's objects that load end, and none begins. False if there is no such lane.
bool PauseLane(pg::Connection& connection, const std::string& name, bool paused);
// Makes the lane where it is missing. REQUIRES: width > 0.
void SetLaneWidth(pg::Connection& connection, const std::string& name, int width);

}  // namespace sluice
