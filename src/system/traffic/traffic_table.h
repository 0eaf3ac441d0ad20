// The tables of the traffic system: their numbers, columns and the statements made of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

// A table's number is that of its rows' batch. Parents come before their coordinates.
enum class TrafficTable { kDataFiles, kJams, kAlerts, kIrregularities, kCoordinates };
inline constexpr size_t kTrafficTables = 5;

struct TrafficColumn {
  std::string_view name;
  std::string_view type;  // PostgreSQL's, without a length
};

// In the order of the mapper's tuples (of data_files: of the statement that inserts its row).
struct TrafficTableShape {
  std::string_view name;  // in schema waze
  std::vector<TrafficColumn> columns;
};
const TrafficTableShape& ShapeOf(TrafficTable table);

// How the rows of a table that the mapper fills go in.
struct TrafficStatements {
  std::string copy;
  std::string make_stage;
  std::string copy_to_stage;
  std::string merge;
  bool has_file_id = false;  // `merge` takes it as $1
};
const TrafficStatements& StatementsOf(TrafficTable table);

}  // namespace sluice
