#include "system/traffic/traffic_table.h"

#include <array>

#include <fmt/format.h>

#include "system/traffic/feed_column.h"
#include "system/traffic/traffic_sql.h"

namespace sluice {
namespace {

std::string_view SqlType(FeedColumn::Type type) {
  switch (type) {
    case FeedColumn::Type::kText:
      return "text";
    case FeedColumn::Type::kInt4:
    case FeedColumn::Type::kAlertType:
      return "integer";
    case FeedColumn::Type::kFloat4:
      return "real";
    case FeedColumn::Type::kBool:
      return "boolean";
    case FeedColumn::Type::kMillis:
    case FeedColumn::Type::kFile:
      return "bigint";
    case FeedColumn::Type::kUtcDate:
      return "timestamp";
    case FeedColumn::Type::kJson:
      return "jsonb";
    case FeedColumn::Type::kId:
      return "varchar";
  }
  return "";
}

TrafficTableShape ShapeOf(const FeedSection& section) {
  TrafficTableShape shape{section.name, {}};
  for (const FeedColumn& column : section.columns) {
    shape.columns.push_back({column.column, SqlType(column.type)});
  }
  return shape;
}

TrafficStatements Make(const TrafficTableShape& shape) {
  std::string columns, values, assignments;
  for (const TrafficColumn& column : shape.columns) {
    std::string_view comma = columns.empty() ? "" : ", ";
    columns.append(fmt::format("{}\"{}\"", comma, column.name));
    values.append(column.name == "datafile_id" ? fmt::format("{}$1::bigint", comma)
                                               : fmt::format("{}\"{}\"", comma, column.name));
    if (column.name == "id") continue;
    assignments.append(
        fmt::format("{0}\"{1}\" = excluded.\"{1}\"", assignments.empty() ? "" : ", ", column.name));
  }
  auto fill = [&](const char* text) {
    return fmt::format(fmt::runtime(text), shape.name, columns, values, assignments);
  };
  return {fill(sql::kCopyTraffic), fill(sql::kStageTraffic), fill(sql::kCopyTrafficToStage),
          fill(sql::kMergeTraffic), values.find("$1") != std::string::npos};
}

}  // namespace

const TrafficTableShape& ShapeOf(TrafficTable table) {
  static const std::array<TrafficTableShape, kTrafficTables> shapes = {{
      {"data_files",
       {{"id", "integer"},
        {"start_time_millis", "bigint"},
        {"end_time_millis", "bigint"},
        {"start_time", "timestamp"},
        {"end_time", "timestamp"},
        {"date_created", "timestamp"},
        {"date_updated", "timestamp"},
        {"file_name", "text"},
        {"json_hash", "varchar"}}},
      ShapeOf(kJamSection),
      ShapeOf(kAlertSection),
      ShapeOf(kIrregularitySection),
      {"coordinates",
       {{"id", "varchar"},
        {"latitude", "double precision"},
        {"longitude", "double precision"},
        {"order", "integer"},
        {"jam_id", "varchar"},
        {"irregularity_id", "varchar"},
        {"alert_id", "varchar"},
        {"coordinate_type_id", "integer"}}},
  }};
  return shapes[static_cast<size_t>(table)];
}

const TrafficStatements& StatementsOf(TrafficTable table) {
  static const std::array<TrafficStatements, kTrafficTables> statements = [] {
    std::array<TrafficStatements, kTrafficTables> made;
    for (size_t i = 1; i < kTrafficTables; ++i) {
      made[i] = Make(ShapeOf(static_cast<TrafficTable>(i)));
    }
    return made;
  }();
  return statements[static_cast<size_t>(table)];
}

}  // namespace sluice
