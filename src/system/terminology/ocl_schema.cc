#include "system/terminology/ocl_schema.h"

#include <fmt/format.h>

#include "base/error.h"
#include "pg/transaction.h"
#include "system/terminology/ocl_sql.h"

namespace sluice {

extern const char kOclSchemaSql[];

namespace ocl {

void PrepareSchema(pg::Connection& connection) {
  if (connection.Exec(sql::kSchemaExists).boolean(0, 0)) return;
  pg::Transaction tx(connection);
  connection.Exec(sql::kLockSchema);
  if (connection.Exec(sql::kSchemaExists).boolean(0, 0)) return;
  connection.ExecScript(kOclSchemaSql);
  tx.Commit();
}

std::optional<Requester> FindRequesterIfAny(pg::Connection& connection,
                                            const std::string& username) {
  pg::Result rows = connection.Exec(sql::kFindRequester, {username});
  if (rows.rows() == 0) return std::nullopt;
  return Requester{rows.int8(0, 0), std::string(rows.text(0, 1)), rows.boolean(0, 2)};
}

Requester FindRequester(pg::Connection& connection, const std::string& username) {
  std::optional<Requester> found = FindRequesterIfAny(connection, username);
  if (!found) {
    throw Fault("user-unknown",
                fmt::format("there is no user '{}' in the terminology store", username))
        .With(Scope::kRun)
        .Remedy("name a user that exists, or make it by a line of type User");
  }
  return *found;
}

}  // namespace ocl
}  // namespace sluice
