#include "engine/supervisor.h"

#include <filesystem>
#include <future>
#include <thread>
#include <utility>

#include "base/error.h"
#include "engine/engine_testing.h"
#include "ledger/inspect.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

class SupervisorTest : public RunTest {
 protected:
  JobRow Job(const RunResult& result, const std::string& name) {
    for (const JobRow& job : ListJobs(session(), result.import, {}, {}, 1000)) {
      if (job.object.key.ends_with("/" + name)) return job;
    }
    ADD_FAILURE() << "no job of " << name;
    return {};
  }
  static uint64_t Jobs(const RunResult& result, JobState state) {
    return result.tally.of(state).jobs;
  }
};

TEST_F(SupervisorTest, EveryLineOfEveryObjectBecomesOneRow) {
  Write("a.lines", "1\n2\n");
  Write("deep/b.lines", "3\n");
  Write("notes.txt", "not ours\n");
  RunResult result = Run();
  EXPECT_EQ(result.state, ImportState::kCompleted);
  EXPECT_EQ(Ids(), "1 2 3");
  EXPECT_EQ(Jobs(result, JobState::kDone), 2u);
  EXPECT_EQ(result.ignored, 1u);
  ASSERT_EQ(result.loaded.size(), 1u);
  EXPECT_EQ(result.loaded[0].records_loaded, 3u);
  EXPECT_EQ(One("SELECT count(DISTINCT txid) FROM public.thing"), "2");
}

TEST_F(SupervisorTest, ManySmallObjectsAreLoadedOnceEachAndABadOneFailsAlone) {
  for (int i = 0; i < 200; ++i) {
    Write(std::to_string(i) + ".lines", i == 77 ? "!\n" : std::to_string(1000 + i) + "\n");
  }
  RunResult result = Run();
  EXPECT_EQ(result.state, ImportState::kCompleted);
  EXPECT_EQ(Jobs(result, JobState::kDone), 199u);
  EXPECT_EQ(Job(result, "77.lines").error_code, "bad-line");
  EXPECT_EQ(One("SELECT count(*) || ' ' || count(DISTINCT id) FROM public.thing"), "199 199");
}

TEST_F(SupervisorTest, TheSecondRunLoadsNothingAndChangesNoRow) {
  Write("a.lines", "1\n2\n");
  Run();
  std::string before = One("SELECT string_agg(ctid::text || xmin, ' ') FROM public.thing");
  RunResult again = Run();
  EXPECT_EQ(again.state, ImportState::kCompleted);
  EXPECT_EQ(Jobs(again, JobState::kDone), 0u);
  EXPECT_EQ(again.tally.earlier[JobState::kDone].jobs, 1u);
  EXPECT_EQ(One("SELECT string_agg(ctid::text || xmin, ' ') FROM public.thing"), before);
}

TEST_F(SupervisorTest, OnlyNewObjectsAreLoadedByALaterRun) {
  Write("a.lines", "1\n");
  Run();
  Write("b.lines", "2\n");
  RunResult again = Run();
  EXPECT_EQ(Jobs(again, JobState::kDone), 1u);
  EXPECT_EQ(Ids(), "1 2");
}

TEST_F(SupervisorTest, WhatWasLoadedIsAnalyzed) {
  Write("a.lines", "1\n2\n3\n");
  Run();
  EXPECT_EQ(One("SELECT reltuples FROM pg_class WHERE oid = 'public.thing'::regclass"), "3");
}

TEST_F(SupervisorTest, Promise6QuarantineLoadsTheGoodRecordsAndKeepsTheBad) {
  Write("a.lines", "1\n!2\n1\n4\n");
  RunRequest request = Request();
  request.options.policy.on_reject = RejectPolicy::kQuarantine;
  RunResult result = Run(request);
  EXPECT_EQ(Ids(), "1 4");
  JobRow job = Job(result, "a.lines");
  EXPECT_EQ(job.state, JobState::kDone);
  EXPECT_EQ(job.records.read, 4u);
  EXPECT_EQ(job.records.rejected, 2u);
  EXPECT_EQ(One("SELECT string_agg(line || ':' || convert_from(raw, 'UTF8'), ' ' ORDER BY line) "
                "FROM sluice.reject WHERE state = 'open'"),
            "2:!2 3:1");
}

TEST_F(SupervisorTest, AnEmptyObjectIsDoneWithoutRows) {
  Write("a.lines", "");
  EXPECT_EQ(Jobs(Run(), JobState::kDone), 1u);
  EXPECT_EQ(Ids(), "");
}

TEST_F(SupervisorTest, Promise6ABadRecordFailsItsObjectAndNoOther) {
  Write("bad.lines", "1\n\n!2\n3\n!4\n");
  Write("good.lines", "5\n");
  RunResult result = Run();
  EXPECT_EQ(result.state, ImportState::kCompleted);
  EXPECT_EQ(Ids(), "5");
  JobRow job = Job(result, "bad.lines");
  EXPECT_EQ(job.state, JobState::kDead);
  EXPECT_EQ(job.error_code, "bad-line");
  EXPECT_EQ(job.error_line, "3");
  EXPECT_EQ(job.error_byte, "3");
  std::vector<RejectRow> rejects = RejectsOfJob(session(), job.id, 10);
  ASSERT_EQ(rejects.size(), 2u);
  EXPECT_EQ(rejects[1].line, 5u);
  EXPECT_EQ(One("SELECT convert_from(raw, 'UTF8') FROM sluice.reject ORDER BY line LIMIT 1"), "!2");
}

TEST_F(SupervisorTest, ARowThatTheDatabaseRefusesIsNamedByItsLine) {
  Write("a.lines", "1\n2\n\n1\n4\n");
  JobRow job = Job(Run(), "a.lines");
  EXPECT_EQ(job.state, JobState::kDead);
  EXPECT_EQ(job.error_origin, "postgres");
  EXPECT_EQ(job.error_code, "23505");
  EXPECT_EQ(job.error_line, "4");
  EXPECT_EQ(job.error_byte, "5");
  EXPECT_EQ(Ids(), "");
}

TEST_F(SupervisorTest, AChangedObjectIsReportedAndTheLoadedVersionStays) {
  Write("a.lines", "1\n2\n");
  Run();
  Write("a.lines", "3\n");
  RunResult result = Run();
  EXPECT_EQ(Ids(), "1 2");
  EXPECT_EQ(Job(result, "a.lines").state, JobState::kDead);
  EXPECT_EQ(Job(result, "a.lines").error_code, "changed-since-loaded");
  EXPECT_EQ(Jobs(Run(), JobState::kDead) + Run().tally.earlier[JobState::kDead].jobs, 1u)
      << "still told by every later run";
}

TEST_F(SupervisorTest, AChangedObjectIsPassedOverIfThePolicySaysSo) {
  Write("a.lines", "1\n");
  Run();
  Write("a.lines", "3\n4\n");
  RunRequest request = Request();
  request.options.changed = ChangedPolicy::kSkip;
  RunResult result = Run(request);
  EXPECT_EQ(Ids(), "1");
  EXPECT_EQ(Job(result, "a.lines").state, JobState::kSkipped);
  EXPECT_EQ(Job(result, "a.lines").reason, "changed");
}

TEST_F(SupervisorTest, Promise5AReloadReplacesExactlyTheRowsOfTheOldVersion) {
  Write("a.lines", "1\n2\n3\n");
  Write("b.lines", "9\n");
  Run();
  session().Exec("UPDATE public.thing SET txid = -1 WHERE id = '3'");  // changed since
  Write("a.lines", "2\n4\n");
  RunRequest request = Request();
  request.options.changed = ChangedPolicy::kReload;
  RunResult result = Run(request);
  EXPECT_EQ(result.state, ImportState::kCompleted);
  EXPECT_EQ(Ids(), "2 3 4 9");
  EXPECT_EQ(Jobs(result, JobState::kDone), 1u);
}

TEST_F(SupervisorTest, Promise5AfterForgettingTheObjectReplacesWhatItHadLoaded) {
  std::string path = Write("a.lines", "1\n2\n");
  Run();
  EXPECT_EQ(ForgetObject(session(), {"", "", path}), 1u);
  EXPECT_EQ(Jobs(Run(), JobState::kDone), 1u);
  EXPECT_EQ(Ids(), "1 2");
}

TEST_F(SupervisorTest, Promise1TwoRunsOfTheSameImportAtOnceLoadEachObjectOnce) {
  std::string all;
  for (int i = 0; i < 30; ++i) {
    Write("f" + std::to_string(i) + ".lines", "id" + std::to_string(i) + "\n");
  }
  RunResult first, second;
  std::thread other([&] { second = Run(); });
  first = Run();
  other.join();
  EXPECT_EQ(One("SELECT count(*) FROM public.thing"), "30");
  EXPECT_EQ(One("SELECT count(*) FROM sluice.receipt"), "30");
  EXPECT_EQ(GetImport(session(), first.import)->state, ImportState::kCompleted);
}

TEST_F(SupervisorTest, AnInterruptedRunGivesItsJobsBackAndTheNextOneResumes) {
  Write("a.lines", "1\n");
  session().ExecScript("BEGIN; LOCK TABLE public.thing IN ACCESS EXCLUSIVE MODE");
  RunRequest request = Request();
  request.observe = [&](const RunStatus& status) {
    if (status.tally.of(JobState::kRunning).jobs == 1) run_stop_.Request();
  };
  RunResult result = Run(request);
  session().ExecScript("ROLLBACK");
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(Job(result, "a.lines").state, JobState::kPending);
  EXPECT_EQ(Job(result, "a.lines").crashes, 0);
  Stop anew;
  Database database(this->database().options(), anew);
  EXPECT_EQ(RunImport(Request(), database, anew).state, ImportState::kCompleted);
  EXPECT_EQ(Ids(), "1");
}

TEST_F(SupervisorTest, StrictOrderLoadsTheOldestFirst) {
  using std::filesystem::file_time_type;
  auto now = file_time_type::clock::now();
  for (int i = 0; i < 4; ++i) {
    std::string path = Write("f" + std::to_string(i) + ".lines", std::to_string(i) + "\n");
    std::filesystem::last_write_time(path, now - std::chrono::hours(i));
  }
  RunRequest request = Request();
  request.threads = 1;
  request.options.order = Order::kByLastModified;
  Run(request);
  EXPECT_EQ(One("SELECT string_agg(id, ' ' ORDER BY txid) FROM public.thing"), "3 2 1 0");
}

TEST_F(SupervisorTest, WhatWasOnlyEnqueuedIsLoadedByAWorkerThatTakesPart) {
  Write("a.lines", "1\n");
  RunResult queued = EnqueueImport(Request(), database(), run_stop_);
  EXPECT_EQ(Ids(), "");
  RunResult result = TakePart(Request(), queued.import, database(), run_stop_);
  EXPECT_EQ(Ids(), "1");
  EXPECT_EQ(result.state, ImportState::kCompleted);
}

TEST_F(SupervisorTest, AnObjectThatVanishesAfterTheListingIsDeadAndSaysSo) {
  std::string path = Write("a.lines", "1\n");
  RunResult queued = EnqueueImport(Request(), database(), run_stop_);
  std::filesystem::remove(path);
  RunResult result = TakePart(Request(), queued.import, database(), run_stop_);
  EXPECT_EQ(Job(result, "a.lines").error_code, "NoSuchKey");
}

TEST_F(SupervisorTest, Promise7ADispositionThatCannotBeCarriedOutIsDeadAndCounted) {
  Write("a.lines", "1\n");
  RunRequest request = Request();
  request.options.then = {"tag", "loaded=yes"};  // files have no tags
  RunResult result = Run(request);
  EXPECT_EQ(result.state, ImportState::kCompleted);
  EXPECT_EQ(result.outbox_dead, 1u);
  EXPECT_EQ(Ids(), "1");
}

// After a look that took two seconds the next is due in twenty. There is no lister here whose news
// would bring it sooner.
TEST_F(SupervisorTest, TheEndIsNotLeftToTheNextLook) {
  Write("a.lines", "1\n");
  std::promise<void> looked;
  RunRequest request = Request();
  request.observe = [&, first = true](const RunStatus&) mutable {
    if (std::exchange(first, false)) looked.set_value();
  };
  RunResult queued = EnqueueImport(request, database(), run_stop_);
  pg::Connection holder = Connect();
  pg::Transaction no_load(holder);
  holder.Exec("LOCK TABLE public.thing");
  pg::Transaction no_look(session());
  session().Exec("LOCK TABLE sluice.set_aside");
  std::future<RunResult> run = std::async(
      std::launch::async, [&] { return TakePart(request, queued.import, database(), run_stop_); });
  EXPECT_TRUE(
      Await("SELECT FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE NOT granted AND relation = 'sluice.set_aside'::regclass "
            "AND datname = current_database()"));
  std::this_thread::sleep_for(std::chrono::seconds(2));
  no_look.Commit();
  looked.get_future().wait();
  no_load.Commit();
  EXPECT_EQ(run.wait_for(std::chrono::seconds(15)), std::future_status::ready);
  EXPECT_EQ(run.get().state, ImportState::kCompleted);
}

TEST_F(SupervisorTest, EveryErrorPath) {
  Write("a.lines", "1\n");
  RunRequest request = Request();
  request.options.sources = {"/nowhere/at/all"};
  EXPECT_THROW(Run(request), Error);
  Stop stop;
  DatabaseOptions nowhere = database().options();
  nowhere.url = "postgresql:///none?host=/nowhere";
  nowhere.away_max = std::chrono::milliseconds(1);
  EXPECT_THROW(RunImport(Request(), Database(nowhere, stop), stop), Error);
  RunResult first = Run();
  session().Exec("UPDATE sluice.receipt SET relation = 1");
  Write("b.lines", "2\n");
  RunResult replaced = Run();
  ASSERT_TRUE(replaced.fault);
  EXPECT_EQ(replaced.fault->code(), "table-replaced");
  EXPECT_EQ(replaced.state, ImportState::kFailed);
}

}  // namespace
}  // namespace sluice
