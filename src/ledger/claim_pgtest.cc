#include "ledger/claim.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "ledger/import_ledger.h"
#include "ledger/inspect.h"
#include "ledger/ledger_testing.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

class ClaimTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    import_ = StartedImport();
    worker_ = Worker();
  }

  void List(const std::vector<NewJob>& page) {
    Enqueue(session(), import_, page, ChangedPolicy::kError, "");
  }
  uint64_t Count(JobState state) { return TallyImport(session(), import_).all(state).jobs; }
  std::vector<Job> ClaimSmall(pg::Connection& connection, ClaimOptions options,
                              uint64_t bytes_max = 1000) {
    options.backend_start = BackendStart(connection);
    return ClaimTogether(connection, options, {.jobs_max = 8, .bytes_max = bytes_max});
  }

  ImportId import_;
  WorkerId worker_;
};

TEST_F(ClaimTest, SmallObjectsAreClaimedTogetherAndTheLastOnesOneByOne) {
  List(Page(100));
  for (Order order : {Order::kOptimal, Order::kNewest, Order::kLastName}) {
    ClaimOptions options = ClaimBy(import_, worker_);
    options.order = order;
    std::vector<Job> jobs = ClaimSmall(session(), options);
    ASSERT_EQ(jobs.size(), 8u);
    for (const Job& job : jobs) EXPECT_EQ(job.lease_token, jobs[0].lease_token);
  }
  EXPECT_EQ(Count(JobState::kRunning), 24u);
  std::string sizes;
  for (;;) {
    size_t claimed = ClaimSmall(session(), ClaimBy(import_, worker_)).size();
    if (claimed == 0) break;
    sizes += std::to_string(claimed) + " ";
  }
  EXPECT_EQ(sizes, "8 8 7 6 5 5 4 4 3 3 2 2 2 2 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ")
      << "an eighth of what waits, of 64 at most";
  EXPECT_EQ(Count(JobState::kPending), 0u);
}

TEST_F(ClaimTest, AnObjectThatIsNotSmallIsClaimedAlone) {
  std::vector<NewJob> page = Page(100);
  page[0].object.size_bytes = 1001;
  List(page);
  std::vector<Job> jobs = ClaimSmall(session(), ClaimBy(import_, worker_));
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].object.ref.key, "key-0");
  EXPECT_EQ(ClaimSmall(session(), ClaimBy(import_, worker_)).size(), 8u);
}

TEST_F(ClaimTest, WhereOrderIsAskedForJobsAreClaimedOneByOne) {
  List(Page(100));
  ClaimOptions options = ClaimBy(import_, worker_);
  options.order = Order::kByLastModified;
  EXPECT_EQ(ClaimSmall(session(), options).size(), 1u);
  session().Exec("INSERT INTO sluice.lane (name, width) VALUES ('wide', 50)");
  session().Exec("UPDATE sluice.job SET lane = 'wide'");
  options.order = Order::kOptimal;
  options.lane = "wide";
  EXPECT_EQ(ClaimSmall(session(), options).size(), 1u);
}

// Any of them may be what kills workers.
TEST_F(ClaimTest, Promise4JobsWhoseWorkerVanishedAreClaimedOneByOneAfterAllOthers) {
  List(Page(70));
  pg::Connection vanished = Connect();
  ASSERT_EQ(ClaimSmall(vanished, ClaimBy(import_, worker_, milliseconds(0))).size(), 8u);
  RescuePolicy policy{.crashes_max = 3, .pause = milliseconds(0), .end_wait = milliseconds(5000)};
  EXPECT_EQ(RescueExpired(session(), policy), 8);
  EXPECT_EQ(One("SELECT count(*) FROM sluice.job WHERE crashes = 1 AND state = 'pending'"), "8");
  session().Exec("UPDATE sluice.job SET key = 'a-' || key WHERE crashes = 1");
  for (size_t left = 62; left > 0;) {
    std::vector<Job> jobs = ClaimSmall(session(), ClaimBy(import_, worker_));
    ASSERT_FALSE(jobs.empty());
    for (const Job& job : jobs) EXPECT_EQ(job.crashes, 0);
    left -= jobs.size();
  }
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(ClaimSmall(session(), ClaimBy(import_, worker_)).size(), 1u);
  }
}

TEST_F(ClaimTest, ManyWorkersLoadEachSmallObjectOnce) {
  constexpr int kJobs = 150;
  List(Page(kJobs));
  std::atomic<int> loaded{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      pg::Connection connection = Connect();
      ClaimOptions options = ClaimBy(import_, worker_);
      options.backend_start = BackendStart(connection);
      for (;;) {
        std::vector<Job> jobs = ClaimSmall(connection, options);
        if (jobs.empty()) break;
        for (const Job& job : jobs) LoadRows(connection, job, "v1");
        loaded += static_cast<int>(jobs.size());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(loaded, kJobs);
  EXPECT_EQ(One("SELECT count(*) FROM sluice.receipt WHERE state = 'current'"), "150");
}

TEST_F(ClaimTest, EveryErrorPath) {
  EXPECT_TRUE(ClaimSmall(session(), ClaimBy(import_, worker_)).empty());
  List(Page(20));
  ClaimOptions options = ClaimBy(import_, worker_);
  options.lane = "unheard of";
  EXPECT_TRUE(ClaimSmall(session(), options).empty());
  options.lane = "";
  options.import = {import_.value + 1};
  EXPECT_TRUE(ClaimSmall(session(), options).empty());
}

}  // namespace
}  // namespace sluice
