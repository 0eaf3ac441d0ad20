// /indexes: what is put aside, and putting aside and restoring by hand, as `sluice indexes` does.
#pragma once

#include <functional>
#include <vector>

#include "engine/services.h"
#include "http/route.h"
#include "ledger/set_aside_ledger.h"
#include "table/policy.h"

namespace sluice {

// Begins to restore a table in this process, again also where it failed before; returns at once.
using RestoreBegin = std::function<void(const AsideTable& table, KeepPolicy on_duplicate)>;

std::vector<http::Route> IndexRoutes(const Services& services, RestoreBegin begin);

}  // namespace sluice
