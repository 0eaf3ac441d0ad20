#include "ledger/inspect.h"

#include <gmock/gmock.h>

#include <numeric>

#include "ledger/gauge.h"
#include "ledger/import_ledger.h"
#include "ledger/lane.h"
#include "ledger/ledger_testing.h"
#include "ledger/throttle.h"

namespace sluice {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

// What pages and listings ask of the ledger.
class InspectTest : public LedgerTest {
 protected:
  // An import of `objects` whose first is done with `rows` rows, whose second is dead, and whose
  // others wait.
  ImportId Mixed(int objects = 5, uint64_t rows = 3) {
    ImportId import = StartedImport();
    worker_ = Worker();
    Enqueue(session(), import, Page(objects), ChangedPolicy::kError, "");
    MarkListed(session(), import);
    LoadRows(session(), MustClaim(session(), ClaimBy(import, worker_)), "v1", rows);
    Kill(import, "json-syntax");
    return import;
  }
  void Kill(ImportId import, const std::string& code) {
    Job job = MustClaim(session(), ClaimBy(import, worker_));
    SettleFailed(session(), job, {.error = Fault(code, "it is bad").Remedy("mend it")},
                 std::nullopt);
  }
  std::vector<std::string> Keys(ImportId import, const JobFilter& filter) {
    std::vector<std::string> keys;
    for (const JobRow& job : FindJobs(session(), import, filter, {}, 100)) {
      keys.push_back(job.object.key);
    }
    EXPECT_EQ(CountJobs(session(), import, filter), keys.size());
    return keys;
  }

  // Code, label and a part of the key.
  static JobFilter Where(std::optional<JobState> state, const std::string& code = "",
                         const std::string& label = "", const std::string& part = "") {
    return {state, code, label, part};
  }

  WorkerId worker_;
};
constexpr auto kAnyState = std::nullopt;

TEST_F(InspectTest, ObjectsAreFoundByWhatIsAskedOfThem) {
  ImportId import = Mixed();
  EXPECT_THAT(Keys(import, {}), ElementsAre("key-0", "key-1", "key-2", "key-3", "key-4"));
  EXPECT_THAT(Keys(import, Where(JobState::kDead)), ElementsAre("key-1"));
  EXPECT_THAT(Keys(import, Where(JobState::kPending, "", "", "-3")), ElementsAre("key-3"));
  EXPECT_THAT(Keys(import, Where(kAnyState, "json-syntax")), ElementsAre("key-1"));
  EXPECT_THAT(Keys(import, Where(kAnyState, "else")), IsEmpty());
  EXPECT_THAT(Keys(import, Where(kAnyState, "", "Thing", "key")), testing::SizeIs(5));
  EXPECT_THAT(Keys(import, Where(kAnyState, "", "Other")), IsEmpty());
  EXPECT_THAT(Keys({import.value + 1}, {}), IsEmpty());
}

TEST_F(InspectTest, APartOfANameIsATextAndNoPattern) {
  ImportId import = Mixed();
  for (const char* part : {"%", "_", "key_0", "KEY", "'", "\\"}) {
    EXPECT_THAT(Keys(import, Where(kAnyState, "", "", part)), IsEmpty()) << part;
  }
}

TEST_F(InspectTest, PagesFollowEachOther) {
  ImportId import = Mixed();
  std::vector<JobRow> first = FindJobs(session(), import, {}, {}, 2);
  ASSERT_EQ(first.size(), 2u);
  std::vector<JobRow> next = FindJobs(session(), import, {}, first.back().id, 2);
  ASSERT_EQ(next.size(), 2u);
  EXPECT_EQ(next[0].object.key, "key-2");
  EXPECT_EQ(FindJobs(session(), import, {}, next.back().id, 2).size(), 1u);
}

TEST_F(InspectTest, AnObjectTellsItsError) {
  ImportId import = Mixed();
  JobRow dead = FindJobs(session(), import, Where(JobState::kDead), {}, 1).at(0);
  EXPECT_EQ(dead.error_code, "json-syntax");
  EXPECT_EQ(dead.error_message, "it is bad");
  EXPECT_EQ(dead.error_remedy, "mend it");
  EXPECT_EQ(dead.label, "Thing");
  EXPECT_EQ(dead.attempts, 1);
}

TEST_F(InspectTest, CausesComeMostFrequentFirst) {
  ImportId import = Mixed(6);
  Kill(import, "id-missing");
  Kill(import, "id-missing");
  std::vector<CauseTally> causes = TallyCauses(session(), import);
  ASSERT_EQ(causes.size(), 2u);
  EXPECT_EQ(causes[0].error_code, "id-missing");
  EXPECT_EQ(causes[0].jobs, 2u);
  EXPECT_EQ(causes[1].jobs, 1u);
}

TEST_F(InspectTest, OnlyTheDeadThatTheFilterMeansGetAnotherTurn) {
  ImportId import = Mixed(6);
  Kill(import, "id-missing");
  EXPECT_EQ(RetryImport(session(), import, Where(kAnyState, "else")), 0u);
  EXPECT_EQ(RetryImport(session(), import, Where(kAnyState, "id-missing")), 1u);
  EXPECT_THAT(Keys(import, Where(JobState::kDead)), ElementsAre("key-1"));
}

TEST_F(InspectTest, RowsOverTimeAreThoseThatWereLoaded) {
  ImportId import = Mixed(3, 600);
  // From the first to the second fifth of a run of ten seconds.
  session().Exec("UPDATE sluice.import SET started_at = clock_timestamp() - interval '10 seconds'");
  session().Exec(
      "UPDATE sluice.job j SET started_at = i.started_at + interval '1 second', "
      "finished_at = i.started_at + interval '3 seconds' "
      "FROM sluice.import i WHERE j.state = 'done'");
  LoadedOverTime loaded = ReadLoadedOverTime(session(), import, 5);
  EXPECT_THAT(loaded.seconds, DoubleNear(10, 2));
  ASSERT_EQ(loaded.rows.size(), 5u);
  EXPECT_THAT(std::accumulate(loaded.rows.begin(), loaded.rows.end(), 0.0), DoubleNear(600, 0.01));
  EXPECT_THAT(loaded.rows[0] + loaded.rows[1], DoubleNear(600, 0.01));
  EXPECT_EQ(loaded.rows[4], 0);
}

TEST_F(InspectTest, RowsOfNoRunAreNone) {
  LoadedOverTime loaded = ReadLoadedOverTime(session(), {999}, 5);
  EXPECT_EQ(loaded.seconds, 0);
  EXPECT_THAT(std::accumulate(loaded.rows.begin(), loaded.rows.end(), 0.0), DoubleNear(0, 0.001));
}

TEST_F(InspectTest, GaugesCountWhatIsThere) {
  Mixed(5);
  SetLaneWidth(session(), "slow", 1);
  PauseLane(session(), "slow", true);
  LedgerGauges gauges = ReadGauges(session());
  EXPECT_EQ(gauges.imports_running, 1u);
  EXPECT_EQ(gauges.jobs_pending, 3u);
  EXPECT_EQ(gauges.jobs_running, 0u);
  EXPECT_EQ(gauges.bytes_pending, 998u + 997u + 996u);
  EXPECT_GE(gauges.oldest_pending_seconds, 0);
  EXPECT_EQ(gauges.workers, 1u);
  EXPECT_EQ(gauges.lanes_paused, 1u);
  EXPECT_EQ(gauges.tables_flawed, 0u);
}

TEST_F(InspectTest, AQueueWithoutWorkIsNotOld) {
  EXPECT_EQ(ReadGauges(session()).oldest_pending_seconds, 0);
}

TEST_F(InspectTest, PressureIsWhatTheServerSees) {
  pg::Connection other = Connect();
  DatabasePressure pressure = ReadPressure(session());
  EXPECT_GE(pressure.sessions, 2u);
  EXPECT_GE(pressure.sessions_max, pressure.sessions);
  EXPECT_GT(pressure.bytes, 0u);
}

TEST_F(InspectTest, LanesTellWhatWaitsInThem) {
  ImportId import = StartedImport();
  SetLaneWidth(session(), "slow", 2);
  Enqueue(session(), import, Page(3), ChangedPolicy::kError, "slow");
  ClaimOptions claim = ClaimBy(import, Worker());
  claim.lane = "slow";
  MustClaim(session(), claim);
  std::vector<LaneRow> lanes = ListLanes(session());
  ASSERT_EQ(lanes.size(), 1u);
  EXPECT_EQ(lanes[0].width, 2);
  EXPECT_EQ(lanes[0].pending, 2u);
  EXPECT_EQ(lanes[0].running, 1u);
  EXPECT_FALSE(PauseLane(session(), "nobody's", true));
}

TEST_F(InspectTest, ThrottlesAreListedByName) {
  SetThrottle(session(), "b", {.per_second = 5, .unit = RateUnit::kObjects});
  SetThrottle(session(), "a", {.per_second = 2000, .unit = RateUnit::kRows});
  std::vector<ThrottleRow> rows = ListThrottles(session());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].name, "a");
  EXPECT_EQ(ToString(rows[1].rate), "5objects/s");
  DropThrottle(session(), "a");
  EXPECT_EQ(ListThrottles(session()).size(), 1u);
}

}  // namespace
}  // namespace sluice
