#include "ledger/settle.h"

#include <future>

#include "base/error.h"
#include "ledger/import_ledger.h"
#include "ledger/inspect.h"
#include "ledger/ledger_testing.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

class SettleTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    import_ = StartedImport();
    worker_ = Worker();
  }

  void List(const std::string& etag = "v1", ChangedPolicy changed = ChangedPolicy::kError) {
    Enqueue(session(), import_, Page(1, etag), changed, "");
  }
  Job Claimed() { return MustClaim(session(), ClaimBy(import_, worker_)); }
  ReceiptRequest Request(const std::string& etag, bool reload = false) const {
    return {.relation = relation_,
            .etag = etag,
            .first_record = 0,
            .reload = reload,
            .txid_sequence = "public.transaction_id_seq"};
  }
  JobRow Only() { return ListJobs(session(), import_, {}, {}, 10).at(0); }

  ImportId import_;
  WorkerId worker_;
};

std::string CodeOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return "no error";
}

TEST_F(SettleTest, Promise1ASecondReceiptForAnObjectIsRefused) {
  List();
  LoadRows(session(), Claimed(), "v1");
  List("v2");
  pg::Transaction tx(session());
  Job again = Claimed();
  EXPECT_FALSE(InsertReceipt(session(), again, Request("v2")));
  EXPECT_EQ(FindCurrentReceipt(session(), again)->etag, "v1");
}

TEST_F(SettleTest, Promise1AReceiptInFlightMakesTheOtherLoadWaitAndThenComeLater) {
  List();
  Job job = Claimed();
  pg::Transaction tx(session());
  ASSERT_TRUE(InsertReceipt(session(), job, Request("v1")));
  pg::Connection other = Connect("100");
  pg::Transaction late(other);
  try {
    InsertReceipt(other, job, Request("v1"));
    FAIL() << "the second receipt did not wait";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "55P03");
    EXPECT_EQ(error.retry(), Retry::kLater);
  }
}

TEST_F(SettleTest, Promise1NothingDeletesAReceipt) {
  List();
  LoadRows(session(), Claimed(), "v1");
  EXPECT_EQ(CodeOf([&] { session().Exec("DELETE FROM sluice.receipt"); }), "23000");
  EXPECT_EQ(CodeOf([&] { session().Exec("TRUNCATE sluice.receipt CASCADE"); }), "23000");
}

TEST_F(SettleTest, Promise1ATableThatWasMadeAnewStopsTheLoad) {
  List();
  LoadRows(session(), Claimed(), "v1");
  CheckRelation(session(), "fhir:public.thing", relation_);
  EXPECT_EQ(CodeOf([&] { CheckRelation(session(), "fhir:public.thing", relation_ + 1); }),
            "table-replaced");
  EXPECT_EQ(ForgetTarget(session(), "fhir:public.thing"), 1u);
  CheckRelation(session(), "fhir:public.thing", relation_ + 1);
}

TEST_F(SettleTest, Promise2ALoadThatLostItsLeaseCannotSettle) {
  List();
  Job job = Claimed();
  pg::Connection loading = Connect();
  pg::Transaction tx(loading);
  std::optional<Receipt> receipt = InsertReceipt(loading, job, Request("v1"));
  ASSERT_TRUE(receipt);
  ASSERT_TRUE(GiveBack(session(), job));
  Claimed();
  EXPECT_EQ(CodeOf([&] {
              SettleDone(loading, job, *receipt, "v1", {1, 1, 0, 0}, 10, {});
            }),
            "lease-lost");
}

TEST_F(SettleTest, Promise2HeartbeatsDoNotWaitForTheLoadsTransaction) {
  List();
  Job job = Claimed();
  pg::Connection loading = Connect();
  pg::Transaction tx(loading);
  ASSERT_TRUE(InsertReceipt(loading, job, Request("v1")));
  std::vector<Lease> leases = {{job.id, job.lease_token}};
  EXPECT_EQ(Extend(session(), leases, milliseconds(60000)).size(), 1u);
}

TEST_F(SettleTest, Promise3TheRealRetryOfACommittedLoadIsRefused) {
  List();
  Job job = Claimed();
  LoadRows(session(), job, "v1");
  pg::Transaction again(session());
  EXPECT_FALSE(InsertReceipt(session(), job, Request("v1")));
}

TEST_F(SettleTest, Promise5AReloadNamesTheTxidOfTheVersionItReplaces) {
  List();
  Receipt first = LoadRows(session(), Claimed(), "v1");
  List("v2", ChangedPolicy::kReload);
  Job job = Claimed();
  pg::Transaction tx(session());
  std::optional<Receipt> second = InsertReceipt(session(), job, Request("v2", true));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->superseded_txids, std::vector{first.txid});
  EXPECT_GT(second->txid, first.txid);
}

TEST_F(SettleTest, Promise5AForgottenVersionIsReplacedToo) {
  List();
  Receipt first = LoadRows(session(), Claimed(), "v1");
  EXPECT_EQ(ForgetObject(session(), {"", "bucket", "key-0"}), 1u);
  EXPECT_EQ(Only().state, JobState::kPending);
  Job job = Claimed();
  pg::Transaction tx(session());
  std::optional<Receipt> second = InsertReceipt(session(), job, Request("v1"));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->superseded_txids, std::vector{first.txid});
}

TEST_F(SettleTest, Promise5TheRetryOfACommittedReloadSupersedesNothing) {
  List();
  LoadRows(session(), Claimed(), "v1");
  List("v2", ChangedPolicy::kReload);
  Job job = Claimed();
  LoadRows(session(), job, "v2");
  pg::Transaction again(session());
  EXPECT_FALSE(InsertReceipt(session(), job, Request("v2", true)));
  EXPECT_EQ(One("SELECT count(*) FROM sluice.receipt WHERE state = 'current'"), "1");
}

TEST_F(SettleTest, Promise6AFailureStoresItsCauseAndRejectsInPlaceOfTheLastOnes) {
  List();
  Reject reject{.position = {7, 1234},
                .reason = "id-missing",
                .sqlstate = "",
                .message = "no id",
                .detail = "",
                .remedy = "give it one",
                .raw = std::string("{\"a\":\0\xff}", 8),
                .record_id = ""};
  std::vector<Reject> rejects = {reject, reject};
  Error later = Fault("id-missing", "2 bad records").With(Retry::kLater);
  ASSERT_TRUE(SettleFailed(
      session(), Claimed(),
      {.error = later, .position = Position{7, 1234}, .records_read = 9, .rejects = rejects},
      milliseconds(0)));
  EXPECT_EQ(RejectsOfJob(session(), Only().id, 10).size(), 2u);
  rejects.pop_back();
  ASSERT_TRUE(SettleFailed(
      session(), Claimed(),
      {.error = later, .position = Position{7, 1234}, .records_read = 9, .rejects = rejects}, {}));
  std::vector<RejectRow> kept = RejectsOfJob(session(), Only().id, 10);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].line, 7u);
  EXPECT_EQ(kept[0].byte_offset, 1234u);
  EXPECT_EQ(One("SELECT encode(raw, 'hex') FROM sluice.reject"), "7b2261223a00ff7d");
  EXPECT_EQ(Only().state, JobState::kDead);
  EXPECT_EQ(Only().error_line, "7");
  EXPECT_EQ(Only().attempts, 2);
}

TEST_F(SettleTest, Promise6AFailureOfALostLeaseIsNotStored) {
  List();
  Job job = Claimed();
  ASSERT_TRUE(GiveBack(session(), job));
  EXPECT_FALSE(SettleFailed(session(), job, {.error = Fault("x", "x"), .rejects = {}}, {}));
  EXPECT_EQ(Only().state, JobState::kPending);
}

TEST_F(SettleTest, Promise7ALoadPostsItsDispositionWithItself) {
  List();
  Job job = Claimed();
  {
    pg::Transaction tx(session());
    std::optional<Receipt> receipt = InsertReceipt(session(), job, Request("v1"));
    SettleDone(session(), job, *receipt, "v1", {1, 1, 0, 0}, 10, {"tag", "loaded=yes"});
    EXPECT_EQ(One("SELECT kind || ' ' || argument FROM sluice.outbox"), "tag loaded=yes");
  }
  EXPECT_EQ(One("SELECT count(*) FROM sluice.outbox"), "0") << "rolled back with the load";
}

TEST_F(SettleTest, ReadIsLoadedPlusRejectedPlusSkippedOrNothingIsSettled) {
  List();
  Job job = Claimed();
  pg::Transaction tx(session());
  std::optional<Receipt> receipt = InsertReceipt(session(), job, Request("v1"));
  EXPECT_EQ(CodeOf([&] {
              SettleDone(session(), job, *receipt, "v1", {3, 1, 1, 0}, 10, {});
            }),
            "23514");
}

TEST_F(SettleTest, EveryErrorPath) {
  List();
  Job job = Claimed();
  ASSERT_TRUE(SettleSkipped(session(), job, "already-loaded",
                            LoadRows(
                                session(),
                                [&] {
                                  Enqueue(session(), import_, Page(2), ChangedPolicy::kError, "");
                                  return Claimed();
                                }(),
                                "v1")
                                .id,
                            {}));
  EXPECT_FALSE(SettleSkipped(session(), job, "already-loaded", {1}, {}));
  EXPECT_FALSE(GiveBack(session(), job));
  GiveBackAll(session(), worker_);
  EXPECT_EQ(ForgetObject(session(), {"", "", "unheard-of"}), 0u);
  EXPECT_EQ(RetryObject(session(), {"", "", "unheard-of"}), 0u);
}

}  // namespace
}  // namespace sluice
