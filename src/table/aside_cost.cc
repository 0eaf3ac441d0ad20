#include "table/aside_cost.h"

#include <fmt/format.h>

#include "base/unit.h"
#include "table/part_sql.h"

namespace sluice {
namespace {

// Below this the rebuild's own overhead (sessions, locks, a scan) is all there is to see.
constexpr uint64_t kIncomingBytesMin = 16 * kMiB;
// The table may grow by as little as this share of itself and setting aside still pays.
constexpr double kGrowthMin = 0.5;

}  // namespace

TableSize MeasureTable(pg::Connection& connection, uint32_t relation) {
  pg::Result rows = connection.Exec(sql::kTableSize, {std::to_string(relation)});
  if (rows.rows() == 0) return {};
  return {static_cast<uint64_t>(rows.int8(0, 0)), static_cast<uint64_t>(rows.int8(0, 1)),
          static_cast<int>(rows.int8(0, 2)), static_cast<uint64_t>(rows.int8(0, 3))};
}

CostVerdict PaysToSetAside(const TableSize& size, uint64_t incoming_bytes) {
  if (size.indexes == 0) return {false, "the table has no index to put aside"};
  if (incoming_bytes < kIncomingBytesMin) {
    return {false,
            fmt::format("{} are too little for a rebuild to pay", FormatBytes(incoming_bytes))};
  }
  double growth =
      size.bytes == 0 ? 1e9 : static_cast<double>(incoming_bytes) / static_cast<double>(size.bytes);
  std::string share =
      size.bytes < kMiB
          ? fmt::format("the table is empty or nearly so, and {} come", FormatBytes(incoming_bytes))
          : fmt::format("the table of {} grows by {:.0f} %", FormatBytes(size.bytes), growth * 100);
  if (growth < kGrowthMin) {
    return {false, share + ": keeping its indexes up costs less than rebuilding them"};
  }
  return {true, share + ": rebuilding its indexes costs less than keeping them up"};
}

}  // namespace sluice
