#include "ledger/place.h"

#include "base/error.h"
#include "ledger/inspect.h"
#include "ledger/ledger_testing.h"
#include "ledger/queue.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

constexpr Counts kTen{.read = 10, .loaded = 7, .rejected = 2, .skipped = 1};

class PlaceTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    import_ = StartedImport();
    worker_ = Worker();
    Enqueue(session(), import_, Page(1), ChangedPolicy::kError, "");
    job_ = MustClaim(session(), ClaimBy(import_, worker_));
  }

  // The batch behind `place`, up to this line; committed unless it throws.
  void Apply(pg::Connection& connection, const Job& job, Place& place, uint64_t last_line) {
    pg::Transaction tx(connection);
    std::optional<Receipt> receipt =
        InsertReceipt(connection, job,
                      {.relation = relation_,
                       .etag = "v1",
                       .first_record = static_cast<int64_t>(place.line + 1)});
    ASSERT_TRUE(receipt);
    MovePlace(connection, job, *receipt, kTen, last_line, place);
    tx.Commit();
  }
  // The code that applying a batch ends with; empty: it is applied.
  std::string CodeOf(const Job& job, Place place, uint64_t last_line) {
    try {
      Apply(session(), job, place, last_line);
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }

  ImportId import_;
  WorkerId worker_;
  Job job_;
};

TEST_F(PlaceTest, ALoadBeginsBeforeTheFirstLineAndGoesOnBehindTheLastCommittedOne) {
  Place place = FindPlace(session(), job_);
  EXPECT_EQ(place.line, 0u);
  EXPECT_EQ(place.etag, "");
  Apply(session(), job_, place, 10);
  Apply(session(), job_, place, 25);
  Place found = FindPlace(session(), job_);
  EXPECT_EQ(found.line, 25u);
  EXPECT_EQ(found.etag, "v1");
  EXPECT_EQ(found.counts, (Counts{.read = 20, .loaded = 14, .rejected = 4, .skipped = 2}));
  EXPECT_EQ(found.counts, place.counts);
}

TEST_F(PlaceTest, Promise1ABatchThatIsRolledBackLeavesThePlaceWhereItWas) {
  Place place = FindPlace(session(), job_);
  Apply(session(), job_, place, 10);
  {
    pg::Transaction tx(session());
    auto receipt =
        InsertReceipt(session(), job_, {.relation = relation_, .etag = "v1", .first_record = 11});
    ASSERT_TRUE(receipt);
    MovePlace(session(), job_, *receipt, kTen, 20, place);
  }
  EXPECT_EQ(FindPlace(session(), job_).line, 10u);
  EXPECT_EQ(FindPlace(session(), job_).counts, kTen);
}

TEST_F(PlaceTest, Promise2WhoLostTheLeaseOrIsBehindCannotMoveIt) {
  Place place = FindPlace(session(), job_);
  Apply(session(), job_, place, 10);
  Place behind;
  behind.line = 5;
  EXPECT_EQ(CodeOf(job_, behind, 12), "lease-lost") << "the place is no longer there";
  ASSERT_TRUE(GiveBack(session(), job_));
  Job later = MustClaim(session(), ClaimBy(import_, worker_));
  EXPECT_EQ(CodeOf(job_, place, 20), "lease-lost");
  EXPECT_EQ(CodeOf(later, place, 20), "");
  EXPECT_EQ(FindPlace(session(), later).line, 20u);
}

TEST_F(PlaceTest, ALoadWhoseBatchesWereForgottenBeginsAnew) {
  Place place = FindPlace(session(), job_);
  Apply(session(), job_, place, 10);
  session().Exec("UPDATE sluice.receipt SET state = 'forgotten'");
  Place anew = FindPlace(session(), job_);
  EXPECT_EQ(anew.line, 0u);
  EXPECT_EQ(anew.counts, Counts());
}

TEST_F(PlaceTest, ABatchMakesGoodWhatWentWrongBeforeIt) {
  session().Exec("UPDATE sluice.job SET attempts = 3, crashes = 2");
  Place place = FindPlace(session(), job_);
  Apply(session(), job_, place, 10);
  EXPECT_EQ(One("SELECT attempts + crashes FROM sluice.job"), "0");
}

}  // namespace
}  // namespace sluice
