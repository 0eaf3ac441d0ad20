#include "system/terminology/task_list.h"

#include <algorithm>
#include <cctype>

#include "system/terminology/ocl_schema.h"
#include "system/terminology/ocl_sql.h"

namespace sluice::ocl {
namespace {

bool IsUuid(const std::string& text) {
  constexpr size_t kLength = 36;
  if (text.size() != kLength) return false;
  for (size_t i = 0; i < kLength; ++i) {
    bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

TaskRow TakeTask(const pg::Result& rows, int row) {
  TaskRow task;
  task.id = rows.text(row, 0);
  task.username = rows.text(row, 1);
  task.queue = rows.text(row, 2);
  task.state = rows.text(row, 3);
  task.error = rows.text(row, 4);
  if (!rows.is_null(row, 5)) task.import = {rows.int8(row, 5)};
  return task;
}

}  // namespace

std::optional<TaskRow> FindTask(pg::Connection& connection, const std::string& id) {
  if (!IsUuid(id)) return std::nullopt;
  PrepareSchema(connection);
  pg::Result rows = connection.Exec(sql::kFindTask, {id});
  if (rows.rows() == 0) return std::nullopt;
  return TakeTask(rows, 0);
}

std::vector<TaskRow> ListTasks(pg::Connection& connection, const TaskFilter& filter) {
  PrepareSchema(connection);
  pg::Result rows = connection.Exec(
      sql::kListTasks, {filter.username, filter.queue, std::to_string(kTasksShownMax)});
  std::vector<TaskRow> tasks;
  for (int row = 0; row < rows.rows(); ++row) tasks.push_back(TakeTask(rows, row));
  return tasks;
}

bool IsQueued(pg::Connection& connection, const std::string& username, bool update_if_exists,
              const std::string& digest) {
  connection.Exec(sql::kLockDigest, {digest});
  return connection
      .Exec(sql::kIsQueued, {username, std::string(update_if_exists ? "t" : "f"), digest})
      .boolean(0, 0);
}

void DropOldTasks(pg::Connection& connection) { connection.Exec(sql::kDropOldTasks); }

}  // namespace sluice::ocl
