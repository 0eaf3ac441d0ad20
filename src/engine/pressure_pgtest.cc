#include <fmt/format.h>

#include <thread>

#include "engine/engine_testing.h"
#include "engine/pressure_gate.h"
#include "ledger/import_ledger.h"
#include "ledger/worker_ledger.h"

namespace sluice {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class PressureRunTest : public RunTest {
 protected:
  RunRequest Within(double percent) {
    RunRequest request = Request();
    request.options.max_pressure = percent;
    return request;
  }
  // An import whose loads pause from now on for hours; nobody measures before they are over.
  ImportId Paused(const RunRequest& request) {
    ImportId import = EnqueueImport(request, database(), run_stop_).import;
    session().Exec(
        "UPDATE sluice.pressure SET began = began - interval '1 second', open_ms = 1,"
        " shut_ms = 36000000");
    return import;
  }
  // Waits until the worker that measures has looked again, which is a quarter of a second at least.
  bool AwaitLook() {
    std::string seen = One("SELECT leader_until FROM sluice.pressure");
    return Await("SELECT FROM sluice.pressure WHERE leader_until > greatest(clock_timestamp(), '" +
                 seen + "')");
  }
  int64_t Count(const std::string& what) { return std::stoll(One("SELECT count(*) FROM " + what)); }
};

TEST_F(PressureRunTest, AllWorkersPauseInTheTimesOfTheLedgerAndGoOnWithoutThem) {
  for (char c = '1'; c <= '6'; ++c) Write(std::string(1, c) + ".lines", std::string(1, c) + "\n");
  RunRequest request = Within(10);
  ImportId import = Paused(request);
  int64_t workers = Count("sluice.worker");
  auto work = [&] { TakePart(request, import, database(), run_stop_); };
  std::thread here(work), there(work);
  EXPECT_TRUE(Await(fmt::format("SELECT FROM sluice.worker HAVING count(*) = {}", workers + 2)));
  EXPECT_TRUE(AwaitLook() && AwaitLook());
  EXPECT_EQ(Count("public.thing"), 0);
  EXPECT_EQ(Count("sluice.job WHERE state = 'pending'"), 6) << "a pause is made before a claim";
  DropPressure(session(), import);
  here.join();
  there.join();
  EXPECT_EQ(Ids(), "1 2 3 4 5 6");
}

TEST_F(PressureRunTest, AStopIsHeededInAPause) {
  Write("a.lines", "1\n");
  RunRequest request = Within(10);
  ImportId import = Paused(request);
  Stop stop;
  std::thread stops([&] {
    EXPECT_TRUE(Await("SELECT FROM sluice.pressure WHERE leader IS NOT NULL"));
    stop.Request();
  });
  EXPECT_TRUE(TakePart(request, import, database(), stop).interrupted);
  stops.join();
  EXPECT_EQ(Count("sluice.job WHERE state = 'pending'"), 1);
}

TEST_F(PressureRunTest, TheNextRunSetsTheLimitAnewOrLiftsIt) {
  Write("a.lines", "1\n");
  EXPECT_EQ(Run(Within(10)).state, ImportState::kCompleted);
  EXPECT_EQ(One("SELECT max_percent FROM sluice.pressure"), "10");
  Run(Within(25));
  EXPECT_EQ(One("SELECT max_percent FROM sluice.pressure"), "25");
  Run();
  EXPECT_EQ(Count("sluice.pressure"), 0);
}

TEST_F(PressureRunTest, TheLeaderMeasuresAndAnotherWorkerTakesItsPlace) {
  RunRequest request = Within(10);
  ImportId import = EnqueueImport(request, database(), run_stop_).import;
  WorkerId first = Worker("here", 1), second = Worker("there", 2);
  {
    PressureGate gate(database(), import, first, {.max_percent = 10, .times = {milliseconds(1)}});
    EXPECT_TRUE(Await("SELECT FROM sluice.pressure WHERE cause <> ''"));
  }
  session().Exec("UPDATE sluice.pressure SET cause = '', leader_until = '-infinity'");
  PressureGate gate(database(), import, second, {.max_percent = 10, .times = {milliseconds(1)}});
  EXPECT_TRUE(Await("SELECT FROM sluice.pressure WHERE cause <> ''"));
  EXPECT_EQ(One("SELECT leader FROM sluice.pressure"), std::to_string(second.value));
}

TEST_F(PressureRunTest, WhatHasBegunGoesOnForAWhileWhenAPauseComes) {
  ImportId import = Paused(Within(10));
  WorkerId worker = Worker("here", 1);
  bool waited = false;
  PressureGate gate(
      database(), import, worker,
      {.max_percent = 10, .times = {milliseconds(1), hours(10)}, .age = milliseconds(5)});
  EXPECT_FALSE(gate.Begin([] { return true; })) << "nothing begins in a pause";
  EXPECT_TRUE(gate.GoOn([&] { return waited = true; }));
  EXPECT_FALSE(waited);
}

TEST_F(PressureRunTest, EveryErrorPath) {
  RunRequest request = Within(10);
  ImportId import = Paused(request);
  WorkerId worker = Worker("here", 1);
  PressureGate gate(database(), import, worker,
                    {.max_percent = 10, .times = {milliseconds(1), hours(10)}, .age = hours(1)});
  EXPECT_FALSE(gate.Begin([] { return true; })) << "what heeds may end a pause";
  EXPECT_FALSE(gate.GoOn([] { return true; }));
  // A lost session is not the end of it.
  EXPECT_TRUE(Await("SELECT FROM sluice.pressure WHERE leader IS NOT NULL"));
  session().Exec(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  EXPECT_TRUE(AwaitLook());
  DropPressure(session(), import);
  EXPECT_TRUE(gate.Begin([] { return false; })) << "without a row there is no pause";
}

}  // namespace
}  // namespace sluice
