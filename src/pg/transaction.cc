#include "pg/transaction.h"

#include "base/check.h"

namespace sluice::pg {
namespace {

// Leaves the session outside any transaction, or lost.
void RollBack(Connection& connection) noexcept try {
  connection.AbortCopy("rolled back");
  if (!connection.lost() && connection.in_transaction()) connection.Exec("ROLLBACK");
} catch (const std::exception&) {
  // The server rolls back whatever its session leaves open.
}

}  // namespace

Transaction::Transaction(Connection& connection, const std::string& settings)
    : connection_(connection) {
  CHECK(connection.lost() || !connection.in_transaction());
  try {
    connection.ExecScript(settings.empty() ? "BEGIN" : "BEGIN; " + settings);
  } catch (const Error&) {
    RollBack(connection);
    throw;
  }
}

Transaction::~Transaction() {
  if (open_) RollBack(connection_);
}

void Transaction::Commit() {
  CHECK(open_);
  Result result = connection_.Exec("COMMIT");
  open_ = false;
  // A transaction in which a statement had failed answers COMMIT with ROLLBACK and no error.
  if (result.command() == "COMMIT") return;
  throw Error(Origin::kPostgres, "25P02",
              "the transaction was rolled back, because a statement in it had failed");
}

}  // namespace sluice::pg
