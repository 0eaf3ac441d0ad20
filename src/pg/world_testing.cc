#include "pg/world_testing.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <cstdlib>

#include "base/check.h"
#include "base/deadline.h"

namespace sluice::pg {

namespace {

// A name that no other test of this or another program has.
std::string OwnName(const char* prefix) {
  static int count = 0;
  return fmt::format("{}_{}_{}", prefix, getpid(), ++count);
}

// `url` as a keyword string, with another database.
std::string WithDatabase(const std::string& url, const std::string& database) {
  PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
  CHECK(options);
  std::string changed = "dbname=" + database;
  for (PQconninfoOption* option = options; option->keyword; ++option) {
    std::string_view keyword = option->keyword;
    if (!option->val || keyword == "dbname") continue;
    changed += fmt::format(" {}='{}'", keyword, option->val);
  }
  PQconninfoFree(options);
  return changed;
}

// In a session of its own: a test may have lost the others, or requested a stop.
void ExecAside(const std::string& url, const std::string& sql) {
  Stop unrequested;
  Connection::Open({.url = url}, unrequested).Exec(sql);
}

}  // namespace

bool PgTest::FindWorld() {
  const char* url = std::getenv("SLUICE_TEST_PG_URL");
  url_ = url ? url : "";
  return !url_.empty();
}

void PgTest::OpenSession(const std::string& url) {
  url_ = url;
  session_ = std::make_unique<Connection>(Connect());
}

constexpr const char* kNoWorld =
    "SLUICE_TEST_PG_URL is not set: run `tests/pg_world up DIR` and `. DIR/env` first, "
    "or start the tests with ctest.";

void PgTest::SetUp() {
  if (!FindWorld()) FAIL() << kNoWorld;
  OpenSession(url_);
  schema_ = OwnName("t");
  session_->Exec("CREATE SCHEMA " + schema_);
}

void PgTest::TearDown() {
  session_.reset();
  if (!schema_.empty()) ExecAside(url_, "DROP SCHEMA " + schema_ + " CASCADE");
}

void PgDatabaseTest::SetUp() {
  if (!FindWorld()) FAIL() << kNoWorld;
  world_url_ = Url();
  database_ = OwnName("d");
  ExecAside(world_url_, "CREATE DATABASE " + database_ + " TEMPLATE template0");
  OpenSession(WithDatabase(world_url_, database_));
}

void PgDatabaseTest::TearDown() {
  PgTest::TearDown();
  if (!database_.empty()) ExecAside(world_url_, "DROP DATABASE " + database_ + " WITH (FORCE)");
}

Connection PgTest::Connect(ConnectOptions options) const {
  if (options.url.empty()) options.url = Url();
  return Connection::Open(options, stop_);
}

std::string PgTest::One(const std::string& sql, const Params& params) {
  Result result = session().Exec(sql, params);
  return std::string(result.text(0, 0));
}

void PgTest::WaitUntil(const std::function<bool()>& condition) {
  ASSERT_TRUE(Comes(condition, std::chrono::seconds(20))) << "waited in vain";
}

void PgTest::WaitUntilActive(int backend_pid) {
  WaitUntil([&] {
    return One("SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state = 'active'",
               {std::to_string(backend_pid)}) == "1";
  });
}

bool Comes(const std::function<bool()>& condition, std::chrono::milliseconds time) {
  Deadline deadline = Deadline::After(time);
  while (!condition()) {
    if (deadline.passed()) return false;
    usleep(2000);
  }
  return true;
}

Error ErrorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no Error was thrown";
  return Fault("none", "no Error was thrown");
}

}  // namespace sluice::pg
