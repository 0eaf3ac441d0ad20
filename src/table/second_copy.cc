#include "table/second_copy.h"

#include <fmt/format.h>

#include "base/check.h"
#include "table/duplicates.h"
#include "table/part_sql.h"

namespace sluice {
namespace {

constexpr char kName[] = "pg_temp.sluice_second_copy";

std::string Redirect(std::string copy_sql, const std::string& from) {
  size_t place = copy_sql.find(from);
  CHECK(place != std::string::npos);
  return copy_sql.replace(place, from.size(), kName);
}

pg::Connection& Make(pg::Connection& connection, const std::string& name) {
  connection.ExecScript(fmt::format(sql::kMakeSecondCopy, name));
  return connection;
}

}  // namespace

SecondCopy::SecondCopy(pg::Connection& connection, const std::string& name,
                       const std::string& copy_sql, CopyFormat format)
    : connection_(Make(connection, name)), writer_(connection, Redirect(copy_sql, name), format) {}

std::vector<SecondCopy::Match> SecondCopy::Find(const pg::TablePart& key,
                                                const std::vector<std::string>& values) {
  writer_.Finish();
  std::vector<pg::Value> wanted(values.begin(), values.end());
  pg::Result rows =
      connection_.Exec(fmt::format(sql::kFindInSecondCopy, "", key.keys, KeyCondition(key)),
                       {pg::TextArray(wanted)});
  std::vector<Match> matches;
  for (int row = 0; row < rows.rows(); ++row) {
    matches.push_back({static_cast<uint64_t>(rows.int8(row, 0)), std::string(rows.text(row, 1))});
  }
  return matches;
}

}  // namespace sluice
