// A transaction as a scope: rolled back when it dies, committed only by name.
#pragma once

#include <string>

#include "pg/connection.h"

namespace sluice::pg {

class Transaction {
 public:
  // BEGIN, and in the same round trip `settings` (e.g. "SET LOCAL lock_timeout = '2s'").
  explicit Transaction(Connection& connection, const std::string& settings = "");
  ~Transaction();  // ROLLBACK unless committed; never throws
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Errors: as the server says; Retry::kUncertain when the session is lost before COMMIT is
  // answered.
  void Commit();
  Connection& connection() { return connection_; }

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace sluice::pg
