// What tests against a live PostgreSQL stand on: the world's URL, and a fixture with a session and
// a schema of its own. `tests/pg_world up DIR` starts a server and says its URL.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "pg/connection.h"

namespace sluice::pg {

class PgTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Where this test's sessions go.
  const std::string& Url() const { return url_; }
  // Another session with the same server.
  Connection Connect(ConnectOptions options = {}) const;
  Connection& session() { return *session_; }
  // One row, one column.
  std::string One(const std::string& sql, const Params& params = {});
  // The schema, and a name in it: "t_123_4.people".
  const std::string& schema() const { return schema_; }
  std::string In(const std::string& name) const { return schema_ + "." + name; }
  // Polls until `condition` holds; a test that waits in vain fails after 20 s.
  static void WaitUntil(const std::function<bool()>& condition);
  // Waits until the backend runs a statement, as seen from session().
  void WaitUntilActive(int backend_pid);

  Stop stop_;  // the one that sessions heed

  // SetUp in two steps, for fixtures that go elsewhere. False if there is no server.
  bool FindWorld();
  void OpenSession(const std::string& url);

 private:
  std::string url_;
  std::string schema_;
  std::unique_ptr<Connection> session_;
};

// For what lives in schema `sluice`, which there is once in each database: a database of its own.
class PgDatabaseTest : public PgTest {
 protected:
  void SetUp() override;
  void TearDown() override;

 private:
  std::string world_url_;
  std::string database_;
};

// Polls until `condition` holds, which others bring about; false if it does not within `time`.
bool Comes(const std::function<bool()>& condition,
           std::chrono::milliseconds time = std::chrono::minutes(1));

// The Error that `action` throws; a failed test and a made-up Error if it throws none.
Error ErrorOf(const std::function<void()>& action);

}  // namespace sluice::pg
