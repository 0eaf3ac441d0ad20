#include "pg/transaction.h"

#include <gmock/gmock.h>

#include <thread>

#include "pg/proxy_testing.h"
#include "pg/world_testing.h"

namespace sluice::pg {
namespace {

using std::chrono::milliseconds;

class TransactionTest : public PgTest {
 protected:
  void SetUp() override {
    PgTest::SetUp();
    if (HasFatalFailure()) return;
    session().Exec("CREATE TABLE " + In("n") + " (i int)");
  }
  void Insert(Connection& connection) { connection.Exec("INSERT INTO " + In("n") + " VALUES (1)"); }
  std::string Count() { return One("SELECT count(*) FROM " + In("n")); }
  // A constraint trigger that makes each COMMIT of an insert run for a minute.
  void MakeCommitSlow() {
    session().ExecScript("CREATE FUNCTION " + In("slow") +
                         "() RETURNS trigger LANGUAGE plpgsql AS "
                         "$$BEGIN PERFORM pg_catalog.pg_sleep(60); RETURN NULL; END$$;"
                         "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON " +
                         In("n") + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION " +
                         In("slow") + "()");
  }
};

TEST_F(TransactionTest, CommitKeepsAndDestructionRollsBack) {
  {
    Transaction transaction(session(), "SET LOCAL lock_timeout = '2s'");
    EXPECT_EQ(One("SELECT current_setting('lock_timeout')"), "2s");
    Insert(transaction.connection());
    transaction.Commit();
  }
  EXPECT_EQ(Count(), "1");
  {
    Transaction transaction(session());
    Insert(session());
  }
  EXPECT_EQ(Count(), "1");
  EXPECT_FALSE(session().in_transaction());
}

TEST_F(TransactionTest, AFailedStatementTurnsCommitIntoAnError) {
  Transaction transaction(session());
  Insert(session());
  EXPECT_EQ(ErrorOf([&] { session().Exec("SELECT 1/0"); }).code(), "22012");
  Error error = ErrorOf([&] { transaction.Commit(); });
  EXPECT_EQ(error.code(), "25P02");
  EXPECT_EQ(error.retry(), Retry::kNever);
  EXPECT_EQ(Count(), "0");
}

TEST_F(TransactionTest, DestructionInTheMiddleOfACopyLeavesAUsableSession) {
  {
    Transaction transaction(session());
    session().BeginCopy("COPY " + In("n") + " FROM STDIN");
    session().PutCopy("1\n2\n");
  }
  EXPECT_FALSE(session().in_transaction());
  EXPECT_EQ(Count(), "0");
}

TEST_F(TransactionTest, AStopRequestDoesNotKeepARollbackFromHappening) {
  Connection other = Connect();
  {
    Transaction transaction(other);
    Insert(other);
    stop_.Request();
  }
  EXPECT_FALSE(other.in_transaction());
  EXPECT_FALSE(other.lost());
}

TEST_F(TransactionTest, AStopRequestDoesNotKeepACommitFromHappening) {
  Connection other = Connect();
  Transaction transaction(other);
  Insert(other);
  stop_.Request();
  transaction.Commit();
  EXPECT_FALSE(other.in_transaction());
}

TEST_F(TransactionTest, ABackendTerminatedDuringCommitIsUncertain) {
  MakeCommitSlow();
  Connection victim = Connect();
  std::string pid = std::to_string(victim.backend_pid());
  Transaction transaction(victim);
  Insert(victim);
  std::thread killer([&] {
    WaitUntilActive(victim.backend_pid());
    session().Exec("SELECT pg_terminate_backend($1)", {pid});
  });
  Error error = ErrorOf([&] { transaction.Commit(); });
  killer.join();
  EXPECT_EQ(error.code(), "57P01");
  EXPECT_EQ(error.retry(), Retry::kUncertain);
  EXPECT_TRUE(victim.lost());
}

TEST_F(TransactionTest, ACommitWhoseAnswerIsCutOffHasHappenedAndIsUncertain) {
  Proxy proxy(Url());
  Connection far = Connect({.url = proxy.url()});
  Transaction transaction(far);
  Insert(far);
  proxy.CutWhenServerSpeaks();
  Error error = ErrorOf([&] { transaction.Commit(); });
  EXPECT_EQ(error.code(), "08006");
  EXPECT_EQ(error.retry(), Retry::kUncertain);
  EXPECT_EQ(error.scope(), Scope::kRun);
  EXPECT_EQ(Count(), "1");
}

TEST_F(TransactionTest, ACommitThatNeverArrivesIsUncertainToo) {
  Proxy proxy(Url());
  Connection far = Connect({.url = proxy.url()});
  Transaction transaction(far);
  Insert(far);
  proxy.CutWhenClientSpeaks();
  EXPECT_EQ(ErrorOf([&] { transaction.Commit(); }).retry(), Retry::kUncertain);
  EXPECT_EQ(Count(), "0");
}

TEST_F(TransactionTest, ASwallowedAnswerToCommitEndsInSilenceAndIsUncertain) {
  Proxy proxy(Url());
  Connection far = Connect({.url = proxy.url(), .silence_max = milliseconds(200)});
  Transaction transaction(far);
  Insert(far);
  proxy.SwallowFromServer();
  Error error = ErrorOf([&] { transaction.Commit(); });
  EXPECT_EQ(error.code(), "server-silent");
  EXPECT_EQ(error.retry(), Retry::kUncertain);
  EXPECT_EQ(Count(), "1");
}

TEST_F(TransactionTest, SlowBytesAreNoSilence) {
  Proxy proxy(Url());
  Connection far = Connect({.url = proxy.url(), .silence_max = milliseconds(400)});
  proxy.DelayEachServerByte(milliseconds(10));
  Result result = far.Exec("SELECT repeat('x', 60)");  // takes longer than silence_max in all
  EXPECT_EQ(result.text(0, 0).size(), 60u);
}

TEST_F(TransactionTest, EveryErrorPathOfBegin) {
  Error bad = ErrorOf([&] { Transaction transaction(session(), "SET LOCAL lock_timeout = 'x'"); });
  EXPECT_EQ(bad.code(), "22023");
  EXPECT_FALSE(session().in_transaction()) << "a failed start leaves nothing open";
  Connection victim = Connect();
  session().Exec("SELECT pg_terminate_backend($1)", {std::to_string(victim.backend_pid())});
  EXPECT_EQ(ErrorOf([&] { Transaction transaction(victim); }).retry(), Retry::kLater);
  EXPECT_EQ(ErrorOf([&] { Transaction transaction(victim); }).code(), "08006");
}

}  // namespace
}  // namespace sluice::pg
