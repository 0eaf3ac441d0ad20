#include "ledger/outbox.h"

#include "base/error.h"
#include "ledger/import_ledger.h"
#include "ledger/ledger_testing.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

class OutboxTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    import_ = StartedImport();
    Enqueue(session(), import_, Page(1), ChangedPolicy::kError, "");
    worker_ = Worker();
    Job job = MustClaim(session(), ClaimBy(import_, worker_));
    pg::Transaction tx(session());
    std::optional<Receipt> receipt =
        InsertReceipt(session(), job, {.relation = relation_, .etag = "v1"});
    SettleDone(session(), job, *receipt, "v1", {1, 1, 0, 0}, 10, {"move", "s3://done/"});
    tx.Commit();
  }
  std::vector<OutboxItem> Claimed(milliseconds lease = milliseconds(60000)) {
    return ClaimOutbox(session(), import_, worker_, 10, lease);
  }

  ImportId import_;
  WorkerId worker_;
};

TEST_F(OutboxTest, AnItemIsClaimedOnceAndSpeaksOfTheVersionThatWasLoaded) {
  std::vector<OutboxItem> items = Claimed();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].kind, "move");
  EXPECT_EQ(items[0].argument, "s3://done/");
  EXPECT_EQ(items[0].object.etag, "v1");
  EXPECT_TRUE(Claimed().empty());
  SettleOutboxDone(session(), std::vector{items[0].id});
  EXPECT_EQ(TallyOutbox(session(), import_).open, 0u);
}

TEST_F(OutboxTest, AnItemWhoseWorkerVanishedIsClaimedAgain) {
  EXPECT_EQ(Claimed(milliseconds(0)).size(), 1u);
  EXPECT_EQ(Claimed().size(), 1u);
}

TEST_F(OutboxTest, WhatAVanishedWorkerHeldIsFreedWithItsLeases) {
  EXPECT_EQ(Claimed().size(), 1u);
  ASSERT_EQ(LeaseHolders(session(), "here").size(), 1u);
  EndLeases(session(), worker_);
  MarkWorkerEnded(session(), worker_);
  EXPECT_TRUE(LeaseHolders(session(), "here").empty());
  EXPECT_EQ(Claimed().size(), 1u);
}

TEST_F(OutboxTest, AnImportIsNotCompleteWhileItsOutboxIsOpen) {
  MarkListed(session(), import_);
  EXPECT_FALSE(CompleteImport(session(), import_));
  SettleOutboxDone(session(), std::vector{Claimed().at(0).id});
  EXPECT_TRUE(CompleteImport(session(), import_));
}

TEST_F(OutboxTest, AFailedItemWaitsAndAtLastIsDead) {
  Error error = Fault("AccessDenied", "no");
  SettleOutboxFailed(session(), Claimed().at(0).id, error, false, milliseconds(0));
  OutboxItem again = Claimed().at(0);
  EXPECT_EQ(again.attempts, 1);
  SettleOutboxFailed(session(), again.id, error, true, milliseconds(0));
  EXPECT_TRUE(Claimed().empty());
  EXPECT_EQ(TallyOutbox(session(), import_).dead, 1u);
}

TEST_F(OutboxTest, EveryErrorPath) { SettleOutboxDone(session(), std::vector{OutboxId{4711}}); }

}  // namespace
}  // namespace sluice
