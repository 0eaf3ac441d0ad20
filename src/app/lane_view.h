// Lanes as people and programs see them.
#pragma once

#include <string>

#include "base/error.h"
#include "ledger/lane.h"

namespace sluice {

// {"lane", "width", "paused", "waiting", "running"}
std::string LaneJson(const LaneRow& lane);
Error LaneUnknown(const std::string& name);

}  // namespace sluice
