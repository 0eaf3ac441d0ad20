#include "table/truncate_empty.h"

#include <fmt/format.h>

namespace sluice {

bool TruncateEmpty(pg::Connection& connection, const std::string& table) {
  connection.ExecScript(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", table));
  pg::Result rows = connection.Exec(fmt::format("SELECT EXISTS (SELECT FROM {})", table));
  if (rows.boolean(0, 0)) return false;
  connection.ExecScript(fmt::format("TRUNCATE {}", table));
  return true;
}

}  // namespace sluice
