// Tasks as OCL's clients see them: what state each is in, by its import in the ledger.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "pg/connection.h"

namespace sluice::ocl {

struct TaskRow {
  std::string id, username, queue;
  std::string state;  // PENDING, STARTED, RETRY, SUCCESS, FAILURE, REVOKED
  std::string error;  // of a FAILURE
  ImportId import;    // 0: not begun yet

  bool ended() const { return state == "SUCCESS" || state == "FAILURE" || state == "REVOKED"; }
};

// Nothing also where `id` is no UUID.
std::optional<TaskRow> FindTask(pg::Connection& connection, const std::string& id);

struct TaskFilter {
  std::optional<std::string> username, queue;
};
// Newest first, at most kTasksShownMax.
inline constexpr int kTasksShownMax = 1000;
std::vector<TaskRow> ListTasks(pg::Connection& connection, const TaskFilter& filter);

// Whether the same is waiting or being applied: digest, user and manner. REQUIRES: a transaction,
// until whose end nobody else is told "no" for the same digest.
bool IsQueued(pg::Connection& connection, const std::string& username, bool update_if_exists,
              const std::string& digest);

// Removes tasks that ended long ago, with their results; some of them, later calls the others. How
// long they are kept: 72 hours, or the database's setting sluice.results_kept.
void DropOldTasks(pg::Connection& connection);

}  // namespace sluice::ocl
