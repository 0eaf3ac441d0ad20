#include "engine/pace.h"

#include <thread>

#include "engine/engine_testing.h"
#include "ledger/import_ledger.h"
#include "ledger/worker_ledger.h"

namespace sluice {
namespace {

constexpr double kHopeless = 1e-6;  // one in eleven days

class PaceTest : public RunTest {
 protected:
  RunRequest At(double per_second, RateUnit unit) {
    RunRequest request = Request();
    request.options.rate = {.per_second = per_second, .unit = unit};
    return request;
  }
  int64_t Count(const std::string& what) { return std::stoll(One("SELECT count(*) FROM " + what)); }
  static constexpr char kReserved[] = "SELECT FROM sluice.throttle WHERE due > '-infinity'";
};

class PaceUnitTest : public PaceTest, public testing::WithParamInterface<RateUnit> {};

TEST_P(PaceUnitTest, ARateIsReservedForInTheLedgerAndEverythingIsLoaded) {
  Write("a.lines", "1\n2\n3\n4\n");
  Write("b.lines", "5\n6\n");
  EXPECT_EQ(Run(At(1000, GetParam())).state, ImportState::kCompleted);
  EXPECT_EQ(Ids(), "1 2 3 4 5 6");
  EXPECT_EQ(One("SELECT unit FROM sluice.throttle WHERE due > '-infinity'"), ToString(GetParam()));
}

TEST_P(PaceUnitTest, AStopIsHeededInEveryPause) {
  Write("a.lines", "1\n2\n3\n");
  Write("b.lines", "4\n5\n6\n");
  Stop stop;
  std::thread stops([&] {
    EXPECT_TRUE(Await(kReserved));
    stop.Request();
  });
  RunResult result = RunImport(At(kHopeless, GetParam()), database(), stop);
  stops.join();
  EXPECT_TRUE(result.interrupted);
  EXPECT_GE(Count("sluice.job WHERE state = 'pending'"), 1) << "one slot is always at hand";
}

INSTANTIATE_TEST_SUITE_P(All, PaceUnitTest,
                         testing::Values(RateUnit::kRows, RateUnit::kBytes, RateUnit::kObjects),
                         [](const auto& info) { return std::string(ToString(info.param)); });

TEST_F(PaceTest, AMoreThanABlockGoesInSlicesAndNothingIsLost) {
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += std::to_string(i) + "\n";
  Write("a.lines", lines);
  RunResult result = Run(At(5000, RateUnit::kRows));
  EXPECT_EQ(result.tally.all(JobState::kDone).records.loaded, 500u);
  EXPECT_EQ(Count("public.thing"), 500);
}

TEST_F(PaceTest, TheNextRunWithoutARateHasNone) {
  Write("a.lines", "1\n");
  Run(At(1000, RateUnit::kRows));
  EXPECT_EQ(Count("sluice.throttle"), 1);
  Run();
  EXPECT_EQ(Count("sluice.throttle"), 0);
}

TEST_F(PaceTest, ARateMayBeRaisedAndLiftedWhileItHolds) {
  Write("a.lines", "1\n2\n3\n4\n5\n");
  std::thread person([&] {
    pg::Connection connection = Connect();
    EXPECT_TRUE(Await(kReserved));
    std::string name = One("SELECT name FROM sluice.throttle");
    SetThrottle(connection, name, {.per_second = kHopeless * 2, .unit = RateUnit::kRows});
    EXPECT_TRUE(Await(kReserved));
    DropThrottle(connection, name);
  });
  EXPECT_EQ(Run(At(kHopeless, RateUnit::kRows)).state, ImportState::kCompleted);
  person.join();
  EXPECT_EQ(Ids(), "1 2 3 4 5");
}

TEST_F(PaceTest, AWorkerThatTakesPartHoldsToTheImportsRate) {
  Write("a.lines", "1\n2\n");
  RunRequest request = At(1000, RateUnit::kObjects);
  RunResult enqueued = EnqueueImport(request, database(), run_stop_);
  EXPECT_EQ(Count("sluice.throttle WHERE due > '-infinity'"), 0);
  request.options.rate = {};  // a worker's own options do not count
  TakePart(request, enqueued.import, database(), run_stop_);
  EXPECT_EQ(Ids(), "1 2");
  EXPECT_EQ(Count("sluice.throttle WHERE due > '-infinity'"), 1);
}

TEST_F(PaceTest, EveryErrorPath) {
  Write("a.lines", "1\n2\n3\n");
  std::thread breaks([&] {
    EXPECT_TRUE(Await(kReserved));
    // What no longer is a rate, as a person's slip may leave it.
    session().Exec("ALTER TABLE sluice.throttle DROP unit");
  });
  RunResult result = Run(At(1, RateUnit::kRows));
  breaks.join();
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.state, ImportState::kFailed);
}

}  // namespace
}  // namespace sluice
