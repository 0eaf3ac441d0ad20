#include "ledger/queue.h"

#include <atomic>
#include <thread>

#include "base/error.h"
#include "ledger/import_ledger.h"
#include "ledger/inspect.h"
#include "ledger/ledger_testing.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

class QueueTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    import_ = StartedImport();
    worker_ = Worker();
  }

  Enqueued List(const std::vector<NewJob>& page, ChangedPolicy changed = ChangedPolicy::kError,
                const std::string& lane = "") {
    return Enqueue(session(), import_, page, changed, lane);
  }
  JobRow Only() { return ListJobs(session(), import_, {}, {}, 10).at(0); }
  uint64_t Count(JobState state) { return TallyImport(session(), import_).all(state).jobs; }
  void KillJob(const std::string& code) {
    Job job = MustClaim(session(), ClaimBy(import_, worker_));
    ASSERT_TRUE(SettleFailed(session(), job, {.error = Fault(code, "no"), .rejects = {}}, {}));
  }

  ImportId import_;
  WorkerId worker_;
};

TEST_F(QueueTest, TheSameRequestIsTheSameImport) {
  EXPECT_EQ(StartedImport(), import_);
  EXPECT_NE(StartedImport("another scope"), import_);
  EXPECT_EQ(FindImport(session(), "fhir", "scope"), import_);
  EXPECT_FALSE(FindImport(session(), "fhir", "unheard of"));
}

TEST_F(QueueTest, ListingTheSamePageTwiceMakesEachJobOnce) {
  EXPECT_EQ(List(Page(5)).to_load, 5u);
  EXPECT_EQ(List(Page(5)).to_load, 0u);
  EXPECT_EQ(Count(JobState::kPending), 5u);
}

TEST_F(QueueTest, TheLongestObjectIsClaimedFirst) {
  List(Page(3));
  EXPECT_EQ(MustClaim(session(), ClaimBy(import_, worker_)).object.ref.key, "key-0");
  EXPECT_EQ(MustClaim(session(), ClaimBy(import_, worker_)).object.ref.key, "key-1");
}

TEST_F(QueueTest, ObjectsOfLikeSizeAreSpreadOverTheirTables) {
  std::vector<NewJob> page = Page(6);
  uint64_t sizes[] = {100, 90, 80, 60, 40, 30};
  for (size_t i = 0; i < page.size(); ++i) page[i].object.size_bytes = sizes[i];
  page[3].target = page[4].target = "lines:public.other";
  List(page);
  auto claimed = [&] { return MustClaim(session(), ClaimBy(import_, worker_)).object.ref.key; };
  EXPECT_EQ(claimed(), "key-0");
  EXPECT_EQ(claimed(), "key-3") << "the other table's, more than half of the longest";
  EXPECT_EQ(claimed(), "key-1") << "one session each: the longest";
  EXPECT_EQ(claimed(), "key-4") << "half of the longest is enough";
  EXPECT_EQ(claimed(), "key-2") << "nothing of the other table is left";
}

TEST_F(QueueTest, ByLastModifiedIsStrictEvenWhileTheFirstWaitsForItsRetry) {
  std::vector<NewJob> page = Page(2);
  page[0].object.last_modified += std::chrono::hours(2);
  page[1].object.last_modified += std::chrono::hours(1);
  List(page);
  ClaimOptions options = ClaimBy(import_, worker_);
  options.order = Order::kByLastModified;
  Job oldest = MustClaim(session(), options);
  EXPECT_EQ(oldest.object.ref.key, "key-1");
  Error later = Fault("busy", "later").With(Retry::kLater);
  ASSERT_TRUE(
      SettleFailed(session(), oldest, {.error = later, .rejects = {}}, milliseconds(3600000)));
  EXPECT_FALSE(Claim(session(), options));
}

TEST_F(QueueTest, TwoSessionsNeverClaimTheSameJob) {
  List(Page(1));
  pg::Connection other = Connect();
  MustClaim(session(), ClaimBy(import_, worker_));
  EXPECT_FALSE(Claim(other, ClaimBy(import_, worker_)));
}

TEST_F(QueueTest, AJobOfAnotherHostIsLeftToIt) {
  std::vector<NewJob> page = Page(1);
  page[0].only_at = "host:there";
  List(page);
  ClaimOptions options = ClaimBy(import_, worker_);
  options.only_at = {"host:here"};
  EXPECT_FALSE(Claim(session(), options));
  EXPECT_EQ(NextTurn(session(), import_, options.only_at)->elsewhere, 1u);
  options.only_at = {"host:there"};
  EXPECT_TRUE(Claim(session(), options));
}

// A request that brings new keys comes before the vanished worker's jobs are rescued.
TEST_F(QueueTest, WhatAVanishedWorkerAloneCouldReadIsReadWhereItWasAskedForAnew) {
  std::vector<NewJob> page = Page(1);
  page[0].only_at = "worker:gone";
  List(page);
  ClaimOptions options = ClaimBy(import_, worker_);
  options.only_at = {"worker:gone"};
  Job job = MustClaim(session(), options);
  page[0].only_at = "worker:new";
  EXPECT_EQ(List(page).to_load, 0u);
  GiveBack(session(), job);
  EXPECT_FALSE(Claim(session(), options));
  options.only_at = {"worker:new"};
  MustClaim(session(), options);
}

TEST_F(QueueTest, NothingIsClaimedFromACancelledImport) {
  List(Page(1));
  EXPECT_TRUE(CancelImport(session(), import_));
  EXPECT_FALSE(CancelImport(session(), import_));
  EXPECT_FALSE(Claim(session(), ClaimBy(import_, worker_)));
  EXPECT_EQ(Count(JobState::kCancelled), 1u);
}

TEST_F(QueueTest, AVersionThatIsInIsNotEnqueuedAgainByAnyImport) {
  List(Page(1));
  LoadRows(session(), MustClaim(session(), ClaimBy(import_, worker_)), "v1");
  EXPECT_EQ(List(Page(1)).to_load, 0u);
  ImportId other = StartedImport("other");
  EXPECT_EQ(Enqueue(session(), other, Page(1), ChangedPolicy::kError, "").to_load, 0u);
  EXPECT_EQ(ListJobs(session(), other, {}, {}, 10).at(0).reason, "already-loaded");
}

TEST_F(QueueTest, AChangedObjectGetsATurnInWhichThePolicyIsApplied) {
  List(Page(1));
  LoadRows(session(), MustClaim(session(), ClaimBy(import_, worker_)), "v1");
  EXPECT_EQ(List(Page(1, "v2")).to_load, 1u);
  EXPECT_FALSE(MustClaim(session(), ClaimBy(import_, worker_)).reload);
}

TEST_F(QueueTest, AChangedObjectIsReloadedWhenThePolicySaysSo) {
  List(Page(1));
  LoadRows(session(), MustClaim(session(), ClaimBy(import_, worker_)), "v1");
  EXPECT_EQ(List(Page(1, "v2"), ChangedPolicy::kReload).to_load, 1u);
  EXPECT_TRUE(MustClaim(session(), ClaimBy(import_, worker_)).reload);
}

TEST_F(QueueTest, ADeadObjectStaysDeadUntilRetriedOrReplaced) {
  List(Page(1));
  KillJob("gzip-corrupt");
  EXPECT_EQ(List(Page(1)).to_load, 0u);
  EXPECT_EQ(Count(JobState::kDead), 1u);
  EXPECT_EQ(List(Page(1, "v2")).to_load, 1u);
  EXPECT_EQ(Only().attempts, 0);
  KillJob("gzip-corrupt");
  EXPECT_EQ(RetryImport(session(), import_), 1u);
  EXPECT_EQ(Count(JobState::kPending), 1u);
}

TEST_F(QueueTest, AJobThatAnotherClaimsWhileItIsListedAnewIsLeftToIt) {
  List(Page(1));
  KillJob("gzip-corrupt");
  pg::Connection other = Connect();
  pg::Transaction tx(other);
  EXPECT_EQ(RetryImport(other, import_), 1u);
  MustClaim(other, ClaimBy(import_, worker_));
  std::string listing = One("SELECT pg_backend_pid()");
  std::atomic<bool> listed{false};
  std::thread lister([&] {
    EXPECT_NO_THROW(List(Page(1, "v2")));
    listed = true;
  });
  while (!listed &&
         other.Exec("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = $1", {listing})
                 .int8(0, 0) == 0) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  tx.Commit();
  lister.join();
  EXPECT_EQ(Count(JobState::kRunning), 1u);
}

TEST_F(QueueTest, ForeseeingSaysWhatEnqueueingWouldDo) {
  List(Page(2));
  LoadRows(session(), MustClaim(session(), ClaimBy(import_, worker_)), "v1");
  KillJob("gzip-corrupt");
  std::vector<NewJob> page = Page(3);
  EXPECT_EQ(Foresee(session(), import_, page),
            (std::vector{Foreseen::kAlreadyLoaded, Foreseen::kDead, Foreseen::kLoad}));
  EXPECT_EQ(Foresee(session(), {}, Page(1, "v2")), std::vector{Foreseen::kChanged});
}

TEST_F(QueueTest, ExtendingNamesTheLeasesThatAreStillOurs) {
  List(Page(2));
  Job mine = MustClaim(session(), ClaimBy(import_, worker_));
  Job lost = MustClaim(session(), ClaimBy(import_, worker_));
  ASSERT_TRUE(GiveBack(session(), lost));
  std::vector<Lease> leases = {{mine.id, mine.lease_token}, {lost.id, lost.lease_token}};
  EXPECT_EQ(Extend(session(), leases, milliseconds(1000)), std::vector{mine.id});
}

// Promise 10: a lane of width 1 stays held during backoff, so order holds.
TEST_F(QueueTest, Promise10ALaneOfWidthOneIsHeldDuringBackoff) {
  List(Page(2), ChangedPolicy::kError, "strict");
  ClaimOptions options = ClaimBy(import_, worker_);
  options.lane = "strict";
  Job first = MustClaim(session(), options);
  EXPECT_FALSE(Claim(session(), options)) << "the lane is one wide";
  Error later = Fault("busy", "later").With(Retry::kLater);
  ASSERT_TRUE(
      SettleFailed(session(), first, {.error = later, .rejects = {}}, milliseconds(3600000)));
  EXPECT_FALSE(Claim(session(), options)) << "the first job holds its place while it waits";
  session().Exec("UPDATE sluice.job SET not_before = '-infinity'");
  EXPECT_EQ(MustClaim(session(), options).id, first.id);
}

TEST_F(QueueTest, Promise10AJobInBackoffHoldsItsPlaceAlsoAgainstEarlierOnes) {
  List(Page(2), ChangedPolicy::kError, "strict");
  ClaimOptions options = ClaimBy(import_, worker_);
  options.lane = "strict";
  Failure failure{.error = Fault("busy", "later").With(Retry::kLater)};
  ASSERT_TRUE(SettleFailed(session(), MustClaim(session(), options), failure, {}));
  ASSERT_TRUE(
      SettleFailed(session(), MustClaim(session(), options), failure, milliseconds(3600000)));
  EXPECT_EQ(RetryImport(session(), import_), 1u);
  EXPECT_FALSE(Claim(session(), options)) << "the second job waits in the lane's only place";
}

TEST_F(QueueTest, APausedLaneGivesNothing) {
  List(Page(1), ChangedPolicy::kError, "strict");
  session().Exec("UPDATE sluice.lane SET paused = true");
  ClaimOptions options = ClaimBy(import_, worker_);
  options.lane = "strict";
  EXPECT_FALSE(Claim(session(), options));
}

// Promise 4: a vanished worker's session is ended before its job is given to another.
TEST_F(QueueTest, Promise4ARescuerEndsTheOldSessionBeforeItFreesTheJob) {
  List(Page(1));
  pg::Connection vanished = Connect();
  Job job = MustClaim(vanished, ClaimBy(import_, worker_, milliseconds(0)));
  pg::Transaction load(vanished);
  ASSERT_TRUE(InsertReceipt(vanished, job, {.relation = relation_, .etag = "v1"}));
  RescuePolicy policy{.crashes_max = 3, .pause = milliseconds(0), .end_wait = milliseconds(5000)};
  EXPECT_EQ(RescueExpired(session(), policy), 1);
  EXPECT_THROW(vanished.Exec("SELECT 1"), Error);
  EXPECT_EQ(One("SELECT count(*) FROM sluice.receipt"), "0");
  EXPECT_EQ(Only().crashes, 1);
  EXPECT_EQ(Only().state, JobState::kPending);
}

TEST_F(QueueTest, Promise4AnObjectThatKillsItsWorkersIsGivenUp) {
  List(Page(1));
  RescuePolicy policy{.crashes_max = 2, .pause = milliseconds(0), .end_wait = milliseconds(5000)};
  for (int crash = 0; crash < 2; ++crash) {
    pg::Connection worker = Connect();
    MustClaim(worker, ClaimBy(import_, worker_, milliseconds(0)));
    EXPECT_EQ(RescueExpired(session(), policy), 1);
  }
  EXPECT_EQ(Only().state, JobState::kDead);
  EXPECT_EQ(Only().error_code, "worker-vanished");
}

TEST_F(QueueTest, AfterAReconnectTheLeaseGoesOnUnlessItIsLost) {
  List(Page(1));
  Job job = MustClaim(session(), ClaimBy(import_, worker_));
  pg::Connection again = Connect();
  EXPECT_TRUE(MoveLease(again, job, BackendStart(again)));
  EXPECT_EQ(One("SELECT backend_pid FROM sluice.job"), std::to_string(again.backend_pid()));
  ASSERT_TRUE(GiveBack(session(), job));
  EXPECT_FALSE(MoveLease(again, job, BackendStart(again)));
}

TEST_F(QueueTest, Promise4AJobWhoseSettlingTheDatabaseForgotIsFreed) {
  List(Page(2));
  Job held = MustClaim(session(), ClaimBy(import_, worker_));
  Job forgotten = MustClaim(session(), ClaimBy(import_, worker_));
  std::vector<Lease> leases = {{held.id, held.lease_token}};
  EndForgottenLeases(session(), worker_, leases);
  EXPECT_EQ(Extend(session(), leases, milliseconds(60000)).size(), 1u);
  EXPECT_EQ(One("SELECT count(*) FROM sluice.job WHERE lease_until > clock_timestamp()"), "2")
      << "claimed just now";
  session().Exec("UPDATE sluice.job SET started_at = started_at - interval '1 minute'");
  EndForgottenLeases(session(), worker_, leases);
  EXPECT_EQ(One("SELECT id FROM sluice.job WHERE lease_until < clock_timestamp()"),
            std::to_string(forgotten.id.value));
}

TEST_F(QueueTest, AnImportIsCompleteOnlyWhenListedAndEveryJobIsFinal) {
  List(Page(1));
  EXPECT_FALSE(CompleteImport(session(), import_));
  MarkListed(session(), import_);
  EXPECT_FALSE(CompleteImport(session(), import_)) << "a job is pending";
  LoadRows(session(), MustClaim(session(), ClaimBy(import_, worker_)), "v1");
  EXPECT_TRUE(CompleteImport(session(), import_));
  EXPECT_EQ(GetImport(session(), import_)->state, ImportState::kCompleted);
}

TEST_F(QueueTest, ManyWorkersEmptyTheQueueWithoutLosingOrRepeatingAJob) {
  constexpr int kJobs = 60;
  List(Page(kJobs));
  std::atomic<int> loaded{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      pg::Connection connection = Connect();
      ClaimOptions options = ClaimBy(import_, worker_);
      options.backend_start = BackendStart(connection);
      while (std::optional<Job> job = Claim(connection, options)) {
        LoadRows(connection, *job, "v1");
        ++loaded;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(loaded, kJobs);
  EXPECT_EQ(One("SELECT count(*) FROM sluice.receipt WHERE state = 'current'"), "60");
}

TEST_F(QueueTest, EveryErrorPath) {
  EXPECT_EQ(Enqueue(session(), import_, {}, ChangedPolicy::kError, "").seen, 0u);
  EXPECT_FALSE(Claim(session(), ClaimBy(import_, worker_)));
  EXPECT_FALSE(NextTurn(session(), import_, {}));
  EXPECT_TRUE(Extend(session(), {}, milliseconds(1)).empty());
  EXPECT_THROW(List(Page(1), ChangedPolicy::kError, std::string("\xff")), Error);
}

}  // namespace
}  // namespace sluice
