// A fixture with a database of its own, migrated: the ledger's schema has a fixed name, so tests
// share none.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "ledger/queue.h"
#include "ledger/settle.h"
#include "ledger/worker_ledger.h"
#include "pg/connection.h"

namespace sluice {

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Another session with the test's database.
  pg::Connection Connect(const std::string& lock_timeout = "5000");
  pg::Connection& session() { return *session_; }
  // The test's database.
  std::string url() const;
  // One row, one column, as text.
  std::string One(const std::string& sql, const pg::Params& params = {});
  // Waits until a query has a row; false if it has none within a minute.
  bool Await(const std::string& query);

  // An import of s3://bucket that runs, and its only worker.
  ImportId StartedImport(const std::string& scope = "scope");
  WorkerId Worker(const std::string& host = "here", int pid = 1);
  // Objects key-0 ... as the lister sees them; sizes fall, so that key-0 is claimed first.
  static std::vector<NewJob> Page(int objects, const std::string& etag = "v1");
  static ClaimOptions ClaimBy(ImportId import, WorkerId worker,
                              std::chrono::milliseconds lease = std::chrono::minutes(1));
  Job MustClaim(pg::Connection& connection, const ClaimOptions& options);
  // The whole ledger's side of a load: receipt, settle, COMMIT. REQUIRES: the receipt is granted.
  Receipt LoadRows(pg::Connection& connection, const Job& job, const std::string& etag,
                   uint64_t rows = 3);

  Stop stop_;
  uint32_t relation_ = 0;  // of public.thing, the table that jobs load

 private:
  std::string database_;
  std::unique_ptr<pg::Connection> server_;
  std::unique_ptr<pg::Connection> session_;
};

}  // namespace sluice
