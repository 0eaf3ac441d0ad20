#include "system/terminology/submission.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "ledger/access.h"
#include "system/terminology/ocl_schema.h"
#include "system/terminology/ocl_sql.h"

namespace sluice::ocl {
namespace {

std::string Truth(bool value) { return value ? "t" : "f"; }

[[noreturn]] void RefuseName(const std::string& username) {
  throw Fault("usage", fmt::format("'{}' cannot be a user of the terminology store", username))
      .With(Scope::kRun)
      .Remedy("use a name of letters, digits and . _ @ + - only");
}

// The account, made where it is missing.
void NeedAccount(pg::Connection& connection, const std::string& username) {
  try {
    connection.Exec(sql::kNeedAccount, {username});
  } catch (const Error& error) {
    if (error.code() == "23514") RefuseName(username);
    throw;
  }
}

}  // namespace

void ActAs(pg::Connection& connection, const std::string& username, bool admin,
           ScriptOptions& script) {
  PrepareSchema(connection);
  NeedAccount(connection, username);
  Requester requester = FindRequester(connection, username);
  script.username = requester.username;
  script.staff = admin;
}

void ActAs(pg::Connection& connection, const std::string& username, ScriptOptions& script) {
  PrepareSchema(connection);
  std::vector<UserRow> users = ListUsers(connection);
  auto user = std::ranges::find(users, username, &UserRow::name);
  if (user != users.end() && !user->disabled) {
    return ActAs(connection, username, user->role == "admin", script);
  }
  Requester requester = FindRequester(connection, username);
  script.username = requester.username;
  script.staff = requester.staff;
}

void AddTask(pg::Connection& connection, const std::string& source,
             const std::optional<std::string>& digest, ScriptOptions& script) {
  script.task = RandomUuid();
  connection.Exec(sql::kAddTask,
                  {script.task, script.username, script.ShownQueue(),
                   Truth(script.update_if_exists), Truth(script.test_mode), source, digest});
}

void AddOrResumeTask(pg::Connection& connection, const std::string& source, ScriptOptions& script) {
  pg::Result found = connection.Exec(
      sql::kUnfinishedTask, {script.username, script.ShownQueue(), Truth(script.update_if_exists),
                             Truth(script.test_mode), source});
  if (found.rows() == 0) return AddTask(connection, source, std::nullopt, script);
  script.task = found.text(0, 0);
}

void DropTask(pg::Connection& connection, const std::string& task) {
  connection.Exec(sql::kDropTask, {task});
}

void BindTask(pg::Connection& connection, const std::string& task, ImportId import) {
  connection.Exec(sql::kBindTask, {task, std::to_string(import.value)});
}

}  // namespace sluice::ocl
