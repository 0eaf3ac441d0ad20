// Rows per second over the time of an import, as a picture.
#pragma once

#include "app/dashboard/html.h"
#include "ledger/inspect.h"

namespace sluice {

inline constexpr int kChartParts = 60;

Html RowsChart(const LoadedOverTime& loaded);

}  // namespace sluice
