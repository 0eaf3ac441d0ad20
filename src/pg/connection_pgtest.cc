#include "pg/connection.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <thread>

#include "pg/proxy_testing.h"
#include "pg/world_testing.h"

namespace sluice::pg {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class ConnectionTest : public PgTest {
 protected:
  std::vector<Result> Pipeline(const std::vector<Connection::Statement>& statements) {
    return session().ExecPipeline(statements);
  }
  // Whether the backend still runs a statement.
  bool Active(int backend_pid) {
    Stop unrequested;
    ConnectOptions options{.url = Url()};
    Connection other = Connection::Open(options, unrequested);
    return other
               .Exec("SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active'",
                     {std::to_string(backend_pid)})
               .rows() == 1;
  }
};

TEST_F(ConnectionTest, TheSessionHasOurSettingsAndTheCallers) {
  ConnectOptions options{.application_name = "sluice load 42", .settings = {{"work_mem", "7MB"}}};
  Connection connection = Connect(options);
  auto setting = [&](const char* name) {
    return std::string(connection.Exec("SELECT current_setting($1)", {name}).text(0, 0));
  };
  EXPECT_EQ(setting("search_path"), "pg_catalog");
  EXPECT_EQ(setting("client_encoding"), "UTF8");
  EXPECT_EQ(setting("application_name"), "sluice load 42");
  EXPECT_EQ(setting("work_mem"), "7MB");
  EXPECT_EQ(connection.parameter("TimeZone"), "UTC");
  EXPECT_GE(connection.server_version(), 150000);
  EXPECT_EQ(connection.Exec("SELECT pg_backend_pid()").int8(0, 0), connection.backend_pid());
}

// Of this process's sockets, the one that is connected to the port; -1: none is.
int SocketTo(int port) {
  for (int fd = 3; fd < 1024; ++fd) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (peer.sin_family == AF_INET && ntohs(peer.sin_port) == port) return fd;
  }
  return -1;
}

int Option(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

TEST_F(ConnectionTest, Promise4AVanishedServerIsNoticedByTheSocket) {
  Proxy proxy(Url());
  Connection far = Connect({.url = proxy.url()});
  int fd = SocketTo(proxy.port());
  ASSERT_GE(fd, 0);
  EXPECT_EQ(Option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  for (int seconds :
       {Option(fd, IPPROTO_TCP, TCP_KEEPIDLE) +
            Option(fd, IPPROTO_TCP, TCP_KEEPINTVL) * Option(fd, IPPROTO_TCP, TCP_KEEPCNT),
        Option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) / 1000}) {
    EXPECT_GT(seconds, 0);
    EXPECT_LE(seconds, 300);
  }
}

TEST_F(ConnectionTest, ValuesGoAndComeBackAsTheyAre) {
  Result row = session().Exec("SELECT $1::text, $2::bigint, $3::boolean, $4::bytea, $5::text[]",
                              {"a'\"\\\n\u00e9", std::nullopt, "true", Bytea({"\0\xff", 2}),
                               TextArray({"a,b", "\"\\", std::nullopt, "", "NULL", " {} "})});
  EXPECT_EQ(row.text(0, 0), "a'\"\\\n\u00e9");
  EXPECT_TRUE(row.is_null(0, 1));
  EXPECT_EQ(row.text(0, 1), "");
  EXPECT_TRUE(row.boolean(0, 2));
  EXPECT_EQ(row.text(0, 3), "\\x00ff");
  Result elements = session().Exec("SELECT e, e IS NULL FROM unnest($1::text[]) e",
                                   {std::string(row.text(0, 4))});
  ASSERT_EQ(elements.rows(), 6);
  EXPECT_EQ(elements.text(0, 0), "a,b");
  EXPECT_EQ(elements.text(1, 0), "\"\\");
  EXPECT_TRUE(elements.boolean(2, 1));
  EXPECT_EQ(elements.text(3, 0), "");
  EXPECT_FALSE(elements.boolean(3, 1));
  EXPECT_EQ(elements.text(4, 0), "NULL");
  EXPECT_EQ(elements.text(5, 0), " {} ");
}

TEST_F(ConnectionTest, ChangedRowsAreCountedAndSelectedOnesAreNot) {
  session().Exec("CREATE TABLE " + In("n") + " (i bigint)");
  std::string fill = "INSERT INTO " + In("n") + " SELECT unnest($1::bigint[]) RETURNING i";
  Result inserted = session().Exec(fill, {Int8Array({-1, 0, 9223372036854775807})});
  EXPECT_EQ(inserted.rows_changed(), 3u);
  EXPECT_EQ(inserted.int8(2, 0), 9223372036854775807);
  EXPECT_EQ(session().Exec("SELECT * FROM " + In("n")).rows_changed(), 0u);
  EXPECT_EQ(session().Exec("DELETE FROM " + In("n") + " WHERE i < 1").rows_changed(), 2u);
}

TEST_F(ConnectionTest, AScriptRunsAllItsStatementsAndReturnsTheLastResult) {
  Result result = session().ExecScript("BEGIN; CREATE TABLE " + In("a") + " (); COMMIT; SELECT 7");
  EXPECT_EQ(result.int8(0, 0), 7);
  EXPECT_EQ(One("SELECT to_regclass($1) IS NOT NULL", {In("a")}), "t");
}

TEST_F(ConnectionTest, QuotedNamesAndTextsAreSafe) {
  std::string name = session().QuoteIdentifier("we\"ird; DROP");
  session().Exec("CREATE TABLE " + In(name) + " (i int)");
  std::string text = session().QuoteLiteral("it's \\ here");
  EXPECT_EQ(One("SELECT " + text), "it's \\ here");
  EXPECT_EQ(ErrorOf([&] { session().QuoteLiteral("\xff"); }).code(), "22021");
}

TEST_F(ConnectionTest, APipelineAnswersEachStatement) {
  std::vector<Result> results = Pipeline({{"SELECT $1::int + 1", {"41"}},
                                          {"CREATE TABLE " + In("p") + " ()", {}},
                                          {"SELECT 'x'", {}}});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].int8(0, 0), 42);
  EXPECT_EQ(results[2].text(0, 0), "x");
  EXPECT_TRUE(Pipeline({}).empty());
}

TEST_F(ConnectionTest, APipelineWithAnErrorInTheMiddleNamesItAndDoesNothing) {
  session().Exec("CREATE TABLE " + In("p") + " (i int)");
  std::string insert = "INSERT INTO " + In("p") + " VALUES ($1)";
  Error error = ErrorOf([&] {
    Pipeline({{insert, {"1"}}, {"SELECT 1/$1::int", {"0"}}, {insert, {"2"}}});
  });
  EXPECT_EQ(error.code(), "22012");
  EXPECT_THAT(error.what(), HasSubstr("statement 2 of 3: division by zero"));
  EXPECT_EQ(One("SELECT count(*) FROM " + In("p")), "0");
}

TEST_F(ConnectionTest, AStatementThatComesAgainIsPreparedAndAnswersAsBefore) {
  for (int i = 0; i < 4; ++i) {
    std::vector<Result> results =
        Pipeline({{"SELECT $1::int + 1", {std::to_string(i)}}, {"SELECT $1::text", {"x"}}});
    EXPECT_EQ(results.at(0).int8(0, 0), i + 1);
    EXPECT_EQ(results.at(1).text(0, 0), "x");
  }
  EXPECT_EQ(session()
                .Exec("SELECT count(*) FROM pg_prepared_statements "
                      "WHERE statement LIKE 'SELECT $1%'")
                .int8(0, 0),
            2);
}

TEST_F(ConnectionTest, WhatAnErrorKeptFromBeingPreparedIsPreparedLater) {
  auto fails = [&](const std::string& statement) {
    try {
      Pipeline({{"SELECT 1/$1::int", {"0"}}, {statement, {}}});
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "22012");
      EXPECT_THAT(error.message(), testing::HasSubstr("statement 1 of 2"));
    }
  };
  for (int i = 0; i < 3; ++i) fails("SELECT 2");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Pipeline({{"SELECT 2", {}}}).at(0).int8(0, 0), 2);
  // What cannot be parsed fails each time as it did the first.
  for (int i = 0; i < 3; ++i) {
    try {
      Pipeline({{"SELECT 1", {}}, {"SELECT nothing", {}}});
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "42703");
      EXPECT_THAT(error.message(), testing::HasSubstr("statement 2 of 2"));
    }
  }
}

TEST_F(ConnectionTest, APreparedStatementFollowsItsTable) {
  session().Exec("CREATE TEMP TABLE moved (n int)");
  std::vector<Connection::Statement> insert = {{"INSERT INTO pg_temp.moved VALUES ($1)", {"1"}}};
  for (int i = 0; i < 3; ++i) Pipeline(insert);
  session().Exec("DROP TABLE pg_temp.moved");
  session().Exec("CREATE TEMP TABLE moved (other text, n int DEFAULT 7)");
  Pipeline(insert);
  EXPECT_EQ(session().Exec("SELECT other || n FROM pg_temp.moved").text(0, 0), "17");
}

TEST_F(ConnectionTest, APipelineLargerThanAllBuffersDoesNotLock) {
  std::string megabyte(1 << 20, 'x');
  std::vector<Connection::Statement> statements(20, {"SELECT $1::text", {megabyte}});
  std::vector<Result> results = Pipeline(statements);
  ASSERT_EQ(results.size(), 20u);
  EXPECT_EQ(results[19].text(0, 0).size(), megabyte.size());
}

TEST_F(ConnectionTest, AStopRequestCancelsTheStatementOnTheServer) {
  Connection sleeper = Connect();
  std::thread stopper([&] {
    WaitUntilActive(sleeper.backend_pid());
    stop_.Request();
  });
  Error error = ErrorOf([&] { sleeper.Exec("SELECT pg_sleep(60)"); });
  stopper.join();
  EXPECT_EQ(error.code(), "interrupted");
  EXPECT_FALSE(Active(sleeper.backend_pid()));
  EXPECT_FALSE(sleeper.lost());
  EXPECT_EQ(ErrorOf([&] { sleeper.Exec("SELECT 1"); }).code(), "interrupted");
  EXPECT_EQ(ErrorOf([&] { Connect(); }).code(), "interrupted");
}

TEST_F(ConnectionTest, CancelEndsWhatAnotherThreadRuns) {
  Connection sleeper = Connect();
  std::thread canceller([&] {
    WaitUntilActive(sleeper.backend_pid());
    sleeper.Cancel();
  });
  Error error = ErrorOf([&] { sleeper.Exec("SELECT pg_sleep(60)"); });
  canceller.join();
  EXPECT_EQ(error.code(), "57014");
  EXPECT_EQ(error.retry(), Retry::kLater);
}

TEST_F(ConnectionTest, ASilentStatementLosesTheSession) {
  Connection sleeper = Connect();
  sleeper.set_silence_max(milliseconds(100));
  Error error = ErrorOf([&] { sleeper.Exec("SELECT pg_sleep(60)"); });
  EXPECT_EQ(error.code(), "server-silent");
  EXPECT_EQ(error.retry(), Retry::kLater);
  EXPECT_EQ(error.scope(), Scope::kRun);
  EXPECT_TRUE(sleeper.lost());
}

TEST_F(ConnectionTest, ATerminatedBackendLosesTheSession) {
  Connection victim = Connect();
  int pid = victim.backend_pid();
  std::thread killer([&] {
    WaitUntilActive(pid);
    session().Exec("SELECT pg_terminate_backend($1)", {std::to_string(pid)});
  });
  Error error = ErrorOf([&] { victim.Exec("SELECT pg_sleep(60)"); });
  killer.join();
  EXPECT_EQ(error.code(), "57P01");
  EXPECT_EQ(error.retry(), Retry::kLater);
  EXPECT_TRUE(victim.lost());
  Error after = ErrorOf([&] { victim.Exec("COMMIT"); });
  EXPECT_EQ(after.code(), "08006");
  EXPECT_EQ(after.retry(), Retry::kLater) << "nothing was sent, so nothing is uncertain";
}

TEST_F(ConnectionTest, ABackendTerminatedBetweenStatementsIsNoticedByTheNext) {
  Connection victim = Connect();
  session().Exec("SELECT pg_terminate_backend($1)", {std::to_string(victim.backend_pid())});
  Error error = ErrorOf([&] { victim.Exec("SELECT 1"); });
  EXPECT_THAT(error.code(), testing::AnyOf("57P01", "08006"));
  EXPECT_EQ(error.retry(), Retry::kLater);
  EXPECT_TRUE(victim.lost());
}

struct Refused {
  const char* what;
  std::string url;
  const char* code;
  Retry retry;
};

TEST_F(ConnectionTest, EveryErrorPathOfOpen) {
  auto with = [&](const std::string& user, const std::string& database) {
    return "user=" + user + " dbname=" + database +
           " host=" + Url().substr(Url().find("host=") + 5);
  };
  const Refused refusals[] = {
      {"no such database", with("postgres", "nowhere"), "3D000", Retry::kNever},
      {"no such role", with("nobody_here", "sluice_test"), "28000", Retry::kNever},
      {"no password", with("sluice_test_password", "sluice_test"), "28P01", Retry::kNever},
      {"wrong password", with("sluice_test_password password=x", "sluice_test"), "28P01",
       Retry::kNever},
      {"no socket", "host=/nonexistent dbname=x", "08001", Retry::kLater},
      {"no listener", "host=127.0.0.1 port=1 dbname=x", "08001", Retry::kLater},
      {"unknown key", "postgresql:///x?secret_key=1", "url-unreadable", Retry::kNever},
      {"other scheme", "mysql://u:secret@h/db", "url-unreadable", Retry::kNever},
      {"raw @", "postgresql://u:se@cret@h/db", "url-unreadable", Retry::kNever},
      {"no URL at all", "secret", "url-unreadable", Retry::kNever},
  };
  for (const Refused& refused : refusals) {
    SCOPED_TRACE(refused.what);
    ConnectOptions options{.url = refused.url};
    Error error = ErrorOf([&] { Connection::Open(options, stop_); });
    EXPECT_EQ(error.code(), refused.code) << error.what();
    EXPECT_EQ(error.retry(), refused.retry);
    EXPECT_EQ(error.scope(), Scope::kRun);
    EXPECT_NE(error.remedy(), "");
    EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
    EXPECT_THAT(error.what(), Not(HasSubstr("LOCATION")));
  }
  Error setting = ErrorOf([&] { Connect({.settings = {{"work_mem", "much"}}}); });
  EXPECT_EQ(setting.code(), "22023");
  EXPECT_EQ(setting.scope(), Scope::kRun);
}

TEST_F(ConnectionTest, EveryErrorPathOfExec) {
  EXPECT_EQ(ErrorOf([&] { session().Exec("SELEC 1"); }).code(), "42601");
  EXPECT_EQ(ErrorOf([&] { session().Exec("SELECT 1; SELECT 2"); }).code(), "42601");
  EXPECT_EQ(ErrorOf([&] { session().Exec("SELECT * FROM nowhere.x"); }).code(), "42P01");
  EXPECT_EQ(ErrorOf([&] { session().ExecScript("SELECT 1; SELECT 1/0; SELECT 2"); }).code(),
            "22012");
  Error nul = ErrorOf([&] { session().Exec("SELECT $1", {std::string("a\0b", 3)}); });
  EXPECT_EQ(nul.code(), "22021");
  EXPECT_EQ(nul.scope(), Scope::kRecord);
  session().Exec("CREATE TABLE " + In("person") + " (name text PRIMARY KEY)");
  std::string insert = "INSERT INTO " + In("person") + " VALUES ('Ann')";
  session().Exec(insert);
  Error duplicate = ErrorOf([&] { session().Exec(insert); });
  EXPECT_EQ(duplicate.code(), "23505");
  EXPECT_THAT(duplicate.what(), Not(HasSubstr("Ann")));
  EXPECT_THAT(duplicate.detail(), HasSubstr("Ann"));
  EXPECT_EQ(One("SELECT 1"), "1") << "the session goes on after errors";
}

}  // namespace
}  // namespace sluice::pg
