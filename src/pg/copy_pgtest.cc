#include <gmock/gmock.h>

#include <thread>

#include "pg/connection.h"
#include "pg/proxy_testing.h"
#include "pg/transaction.h"
#include "pg/world_testing.h"

namespace sluice::pg {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class CopyTest : public PgTest {
 protected:
  void SetUp() override {
    PgTest::SetUp();
    if (HasFatalFailure()) return;
    session().Exec("CREATE TABLE " + In("person") +
                   " (id int PRIMARY KEY, name text CHECK (name <> 'Eve'))");
  }
  std::string CopySql() { return "COPY " + In("person") + " FROM STDIN"; }
  std::string Count() { return One("SELECT count(*) FROM " + In("person")); }
  // Copies `data` in a transaction of its own that is rolled back.
  Error CopyError(std::string_view data) {
    Transaction transaction(session());
    session().BeginCopy(CopySql());
    return ErrorOf([&] {
      session().PutCopy(data);
      session().EndCopy();
    });
  }
  // Puts rows until an Error comes; how many MB were taken before.
  static int PutUntilError(Connection& connection, Error* error) {
    std::string rows;
    for (int i = 0; rows.size() < (1 << 20); ++i) rows += std::to_string(1000 + i) + "\tBob\n";
    int megabytes = 0;
    *error = ErrorOf([&] {
      for (; megabytes < 2000; ++megabytes) connection.PutCopy(rows);
    });
    return megabytes;
  }
};

TEST_F(CopyTest, FiftyMegabytesArriveAndAreCounted) {
  std::string data;
  uint64_t rows = 0;
  while (data.size() < (50 << 20)) {
    data += std::to_string(++rows) + "\t" + std::string(100, 'x') + "\n";
  }
  Transaction transaction(session());
  session().BeginCopy(CopySql());
  session().PutCopy(data);
  EXPECT_EQ(session().EndCopy(), rows);
  transaction.Commit();
  EXPECT_EQ(Count(), std::to_string(rows));
}

TEST_F(CopyTest, NoDataIsNoRows) {
  session().BeginCopy(CopySql());
  session().PutCopy("");
  EXPECT_EQ(session().EndCopy(), 0u);
  EXPECT_EQ(session().copy_error_row(), std::nullopt);
}

TEST_F(CopyTest, StatementsAroundACopyShareItsRoundTrips) {
  Transaction transaction(session());
  std::string around = "SAVEPOINT here; " + CopySql() + "; RELEASE SAVEPOINT here";
  session().BeginCopy(around);
  session().PutCopy("1\tAnn\n2\tBob\n");
  EXPECT_EQ(session().EndCopy(), 2u) << "as the COPY counted";
  session().BeginCopy(around);
  session().PutCopy("3\tJoe\n1\tBob\n");
  EXPECT_EQ(ErrorOf([&] { session().EndCopy(); }).code(), "23505");
  EXPECT_EQ(session().copy_error_row(), 2u);
  session().ExecScript("ROLLBACK TO SAVEPOINT here");
  transaction.Commit();
  EXPECT_EQ(Count(), "2");
}

TEST_F(CopyTest, NoticesDuringACopyAreNotTakenForErrors) {
  session().ExecScript("CREATE FUNCTION " + In("warn") +
                       "() RETURNS trigger LANGUAGE plpgsql AS "
                       "$$BEGIN RAISE WARNING 'row %', NEW.id; RETURN NEW; END$$;"
                       "CREATE TRIGGER warn BEFORE INSERT ON " +
                       In("person") + " FOR EACH ROW EXECUTE FUNCTION " + In("warn") + "()");
  session().BeginCopy(CopySql());
  std::string name(500, 'x');
  for (int i = 0; i < 20000; ++i) session().PutCopy(std::to_string(i) + "\t" + name + "\n");
  EXPECT_EQ(session().EndCopy(), 20000u);
}

TEST_F(CopyTest, TheRowThatTheServerBlamesIsNamed) {
  Error bad = CopyError("1\tAnn\n2\tBob\nthree\tJoe\n");
  EXPECT_EQ(bad.code(), "22P02");
  EXPECT_EQ(session().copy_error_row(), 3u);
  EXPECT_THAT(bad.what(), Not(HasSubstr("three")));
  EXPECT_EQ(CopyError("1\tAnn\n1\tBob\n").code(), "23505");
  EXPECT_EQ(session().copy_error_row(), 2u);
  EXPECT_EQ(CopyError("1\tEve\n").code(), "23514");
  EXPECT_EQ(session().copy_error_row(), 1u);
  EXPECT_EQ(CopyError("1\tAnn\n2\n").code(), "22P04");
  EXPECT_EQ(session().copy_error_row(), 2u);
  EXPECT_EQ(Count(), "0");
}

TEST_F(CopyTest, ALineInTheRecordsContentsIsNotTakenForTheServers) {
  EXPECT_EQ(CopyError("1\tAnn\nx\\nCOPY t, line 9\tJoe\n").code(), "22P02");
  EXPECT_EQ(session().copy_error_row(), 2u);
}

TEST_F(CopyTest, AServerErrorIsNoticedLongBeforeTheEnd) {
  Transaction transaction(session());
  session().BeginCopy(CopySql());
  session().PutCopy("1\tAnn\n1\tBob\n");
  Error error = Fault("", "");
  // The server parses and discards at its own pace; without an early end, 2 GB would be sent.
  EXPECT_LT(PutUntilError(session(), &error), 100);
  EXPECT_EQ(error.code(), "23505");
  EXPECT_EQ(session().copy_error_row(), 2u);
  session().AbortCopy("over already");
}

TEST_F(CopyTest, AbortLeavesAUsableTransactionlessSession) {
  session().BeginCopy(CopySql());
  session().PutCopy("1\tAnn\n");
  session().AbortCopy("changed my mind");
  session().AbortCopy("twice does no harm");
  EXPECT_EQ(Count(), "0");
}

TEST_F(CopyTest, ABackendTerminatedDuringACopyGivesItsOwnMessage) {
  Connection victim = Connect();
  Transaction transaction(victim);
  victim.BeginCopy(CopySql());
  victim.PutCopy("1\tAnn\n");
  session().Exec("SELECT pg_terminate_backend($1, 10000)", {std::to_string(victim.backend_pid())});
  Error error = Fault("", "");
  PutUntilError(victim, &error);
  EXPECT_EQ(error.code(), "57P01") << error.what();
  EXPECT_EQ(error.retry(), Retry::kLater);
  EXPECT_TRUE(victim.lost());
}

TEST_F(CopyTest, AStopRequestEndsACopyThatWaitsForALock) {
  Connection holder = Connect();
  Transaction holding(holder);
  holder.Exec("INSERT INTO " + In("person") + " VALUES (1, 'Ann')");
  Connection waiter = Connect();
  int pid = waiter.backend_pid();
  std::thread stopper([&] {
    WaitUntil([&] {
      return One("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = $1",
                 {std::to_string(pid)}) == "1";
    });
    stop_.Request();
  });
  Transaction transaction(waiter);
  waiter.BeginCopy(CopySql());
  waiter.PutCopy("1\tBob\n");
  Error error = ErrorOf([&] { waiter.EndCopy(); });
  stopper.join();
  EXPECT_EQ(error.code(), "interrupted");
  EXPECT_FALSE(waiter.lost());
}

TEST_F(CopyTest, AHostThatVanishesDuringACopyEndsInSilence) {
  Proxy proxy(Url());
  Connection far = Connect({.url = proxy.url(), .silence_max = milliseconds(300)});
  Transaction transaction(far);
  far.BeginCopy(CopySql());
  proxy.Freeze();
  Error error = Fault("", "");
  PutUntilError(far, &error);
  EXPECT_EQ(error.code(), "server-silent");
  EXPECT_EQ(error.retry(), Retry::kLater);
  EXPECT_TRUE(far.lost());
}

TEST_F(CopyTest, ACutDuringTheEndIsUncertainOnlyOutsideATransaction) {
  for (bool inside : {false, true}) {
    Proxy proxy(Url());
    Connection far = Connect({.url = proxy.url()});
    std::unique_ptr<Transaction> transaction;
    if (inside) transaction = std::make_unique<Transaction>(far);
    far.BeginCopy(CopySql());
    far.PutCopy(inside ? "2\tBob\n" : "1\tAnn\n");
    proxy.CutWhenServerSpeaks();
    Error error = ErrorOf([&] { far.EndCopy(); });
    EXPECT_EQ(error.code(), "08006");
    EXPECT_EQ(error.retry(), inside ? Retry::kLater : Retry::kUncertain);
  }
  EXPECT_EQ(Count(), "1");
}

TEST_F(CopyTest, EveryErrorPathOfBegin) {
  EXPECT_EQ(ErrorOf([&] { session().BeginCopy("COPY nowhere.x FROM STDIN"); }).code(), "3F000");
  EXPECT_EQ(ErrorOf([&] { session().BeginCopy("COPY"); }).code(), "42601");
  Connection victim = Connect();
  session().Exec("SELECT pg_terminate_backend($1)", {std::to_string(victim.backend_pid())});
  EXPECT_EQ(ErrorOf([&] { victim.BeginCopy(CopySql()); }).retry(), Retry::kLater);
  EXPECT_EQ(ErrorOf([&] { victim.BeginCopy(CopySql()); }).code(), "08006");
  EXPECT_EQ(Count(), "0") << "the session goes on after errors";
}

TEST_F(CopyTest, RowsComeOutWhole) {
  session().Exec("INSERT INTO " + In("person") +
                 " SELECT n, repeat('x', n % 50) FROM generate_series(1, 20000) n");
  session().BeginCopyOut("COPY (SELECT * FROM " + In("person") + " ORDER BY id) TO STDOUT");
  std::string all;
  int pieces = 0;
  for (bool more = true; more; ++pieces) {
    std::string piece;
    more = session().ReadCopy(piece, 10'000);
    EXPECT_TRUE(piece.empty() || piece.back() == '\n');
    all += piece;
  }
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 20000);
  EXPECT_GT(pieces, 10);
  EXPECT_EQ(Count(), "20000") << "the session goes on";
}

TEST_F(CopyTest, ErrorsBeforeAndWhileRowsComeOut) {
  EXPECT_EQ(ErrorOf([&] { session().BeginCopyOut("COPY nowhere TO STDOUT"); }).code(), "42P01");
  session().BeginCopyOut("COPY (SELECT 1 / (5000 - n) FROM generate_series(1, 9000) n) TO STDOUT");
  std::string rows;
  EXPECT_EQ(ErrorOf([&] {
              while (session().ReadCopy(rows, 100)) {
              }
            }).code(),
            "22012");
  EXPECT_EQ(Count(), "0") << "the session goes on";
}

TEST_F(CopyTest, AStopEndsACopyOut) {
  session().BeginCopyOut("COPY (SELECT generate_series(1, 2000000000)) TO STDOUT");
  std::string rows;
  ASSERT_TRUE(session().ReadCopy(rows, 1000));
  stop_.Request();
  EXPECT_EQ(ErrorOf([&] {
              for (; session().ReadCopy(rows, 1 << 20); rows.clear()) {
              }
            }).code(),
            "interrupted");
}

}  // namespace
}  // namespace sluice::pg
