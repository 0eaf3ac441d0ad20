#include "app/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/as_json.h"

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

RunResult Completed() {
  RunResult result;
  result.import = {3};
  result.state = ImportState::kCompleted;
  result.seconds = 12.34;
  result.ignored = 1;
  result.records = 1234;
  result.unpacked_bytes = 12'340'000;
  TallyLine& done = result.tally.this_run[JobState::kDone];
  done.jobs = 13;
  done.records = {1234, 1234, 0, 0};
  result.loaded = {{"Observation", "fhir:public.observation", 2, 1221},
                   {"Patient", "fhir:public.patient", 11, 13}};
  return result;
}

JobRow DeadJob() {
  JobRow job;
  job.object = {"https://s3", "b", "fhir/Patient.\x1b.ndjson", "e"};
  job.state = JobState::kDead;
  job.attempts = 1;
  job.error_origin = "sluice";
  job.error_code = "id-missing";
  job.error_message = "line 3, byte 99: the resource has no id";
  job.error_remedy = "Give every resource an id.";
  job.error_line = "3";
  job.error_byte = "99";
  return job;
}

Summary WithDead(uint64_t dead) {
  RunResult result = Completed();
  result.tally.earlier[JobState::kDead].jobs = dead;
  return MakeSummary(result, 0, {DeadJob()});
}

TEST(SummaryTest, ReadsAsPeopleAreTold) {
  Summary summary = MakeSummary(Completed(), 0, {});
  EXPECT_EQ(SummaryText(summary),
            "import 3: completed in 12.3 s\n"
            "  Observation  1,221  rows  public.observation\n"
            "  Patient         13  rows  public.patient\n"
            "  read 1,234 = loaded 1,234 + rejected 0 + skipped 0 records\n"
            "  objects: 13 loaded, 0 skipped (already loaded), 1 ignored, 0 failed\n"
            "  100 rows/s, 1.0 MB/s unpacked\n");
  EXPECT_EQ(FailuresText(summary), "");
  EXPECT_EQ(ExitFor(summary), ExitCode::kDone);
}

TEST(SummaryTest, ALoadWithNothingToDoSaysSo) {
  RunResult nothing;
  nothing.state = ImportState::kCompleted;
  EXPECT_THAT(SummaryText(MakeSummary(nothing, 0, {})), HasSubstr("the source holds no objects"));
  nothing.ignored = 2;
  EXPECT_THAT(SummaryText(MakeSummary(nothing, 0, {})),
              HasSubstr("sluice plan says why each is ignored"));
  nothing.fault = Fault("x", "x");
  EXPECT_THAT(SummaryText(MakeSummary(nothing, 0, {})), Not(HasSubstr("plan")));
}

TEST(SummaryTest, ASecondRunSkipsWhatIsIn) {
  RunResult result = Completed();
  result.tally.earlier = std::move(result.tally.this_run);
  result.tally.this_run.clear();
  result.tally.this_run[JobState::kSkipped].jobs = 2;  // loaded by another import
  result.loaded.clear();
  result.records = 0;
  Summary summary = MakeSummary(result, 0, {});
  EXPECT_EQ(SummaryText(summary),
            "import 3: completed in 12.3 s\n"
            "  read 0 = loaded 0 + rejected 0 + skipped 0 records\n"
            "  objects: 0 loaded, 15 skipped (already loaded), 1 ignored, 0 failed\n");
  EXPECT_EQ(ExitFor(summary), ExitCode::kDone);
}

TEST(SummaryTest, TellsChangedObjectsFromLoadedOnes) {
  RunResult result = Completed();
  result.tally.this_run[JobState::kSkipped].jobs = 5;
  Summary summary = MakeSummary(result, 2, {});
  EXPECT_THAT(SummaryText(summary),
              HasSubstr("13 loaded, 3 skipped (already loaded), 1 ignored, 0 failed, "
                        "2 skipped (changed, the loaded version kept)\n"));
  EXPECT_EQ(ExitFor(summary), ExitCode::kDone) << "to keep the loaded version was asked for";
}

TEST(SummaryTest, ListsFailedObjectsWithTheCommandThatRetriesThem) {
  Summary summary = WithDead(1);
  EXPECT_EQ(FailuresText(summary),
            "failed objects:\n"
            "  s3://b/fhir/Patient.?.ndjson\n"
            "    line 3, byte 99: the resource has no id [sluice/id-missing]\n"
            "    remedy: Give every resource an id.\n"
            "to try them again: sluice retry 3\n");
  EXPECT_THAT(FailuresText(WithDead(2345)), HasSubstr("(the first 1 of 2,345)"));
}

TEST(SummaryTest, IsOneJsonObject) {
  Summary summary = WithDead(1);
  EXPECT_EQ(
      SummaryJson(summary),
      R"({"import":3,"state":"completed","seconds":12.34,"objects":{"loaded":13,"skipped":0,)"
      R"("changed":0,"ignored":1,"failed":1,"waiting":0,"cancelled":0},"records":{"read":1234,)"
      R"("loaded":1234,"rejected":0,"skipped":0},"rows_per_second":100.0,)"
      R"("json_bytes_per_second":1000000.0,"tables":[{"label":"Observation",)"
      R"("table":"public.observation","objects":2,"rows":1221},{"label":"Patient",)"
      R"("table":"public.patient","objects":11,"rows":13}],"failed":[{"object":)"
      R"("s3://b/fhir/Patient.\u001b.ndjson","key":"fhir/Patient.\u001b.ndjson","attempts":1,)"
      R"("origin":"sluice","code":"id-missing","message":"line 3, byte 99: the resource has no )"
      R"(id","remedy":"Give every resource an id.","line":3,"byte":99}],"outbox_failed":0,)"
      R"("indexes":[],)"
      R"("fault":null,"exit":4})");
}

TEST(SummaryTest, KeysThatAreNotUtf8MakeValidJsonAllTheSame) {
  Summary summary = WithDead(1);
  summary.failed[0].object.key = "Patient.\xff.ndjson";
  nlohmann::json parsed = nlohmann::json::parse(SummaryJson(summary));
  EXPECT_EQ(parsed["failed"][0]["key"], "Patient.\uFFFD.ndjson");
}

TEST(SummaryTest, ATableWithoutItsKeyIsNeverPassedOverInSilence) {
  RunResult result = Completed();
  SetAsideRow row;
  row.part.kind = pg::PartKind::kPrimaryKey;
  row.part.schema = "public";
  row.part.table = "patient";
  row.part.name = "patient_pkey";
  row.part.keys = "id";
  row.state = "aside";
  row.error_code = "23505";
  row.error_message = "could not create unique index";
  result.flawed = {row};
  result.flaws = {{row.part,
                   Fault("23505", ""),
                   {{"p1", "s3://b/Patient.ndjson", 7}, {"p1", "s3://b/gone", 0}, {"p1", "", 0}}}};
  Summary summary = MakeSummary(result, 0, {});
  EXPECT_EQ(ExitFor(summary), ExitCode::kObjectsFailed);
  EXPECT_EQ(FailuresText(summary),
            "indexes and keys that are missing:\n"
            "  public.patient is without its primary key patient_pkey: could not create unique "
            "index [23505]\n"
            "    rows that share id:\n"
            "      p1  s3://b/Patient.ndjson line 7\n"
            "      p1  s3://b/gone\n"
            "      p1  not of an object that is loaded\n"
            "    to bring it back: sluice indexes restore --table public.patient --on-duplicate "
            "keep-first\n");
  EXPECT_THAT(SummaryJson(summary), HasSubstr(R"("duplicates":[{"key":"p1",)"
                                              R"("object":"s3://b/Patient.ndjson","line":7})"));
}

TEST(SummaryTest, EveryErrorPath) {
  EXPECT_EQ(ExitFor(WithDead(1)), ExitCode::kObjectsFailed) << "also of an earlier run";

  RunResult result = Completed();
  result.outbox_dead = 2;
  Summary outbox = MakeSummary(result, 0, {});
  EXPECT_EQ(ExitFor(outbox), ExitCode::kObjectsFailed);
  EXPECT_THAT(FailuresText(outbox), HasSubstr("2 loaded objects could not be moved or tagged"));

  for (ImportState state : {ImportState::kCancelled, ImportState::kRunning, ImportState::kPending,
                            ImportState::kFailed}) {
    result = Completed();
    result.state = state;
    EXPECT_EQ(ExitFor(MakeSummary(result, 0, {})), ExitCode::kObjectsFailed) << ToString(state);
  }

  result = Completed();
  result.state = ImportState::kRunning;
  result.interrupted = true;
  Summary interrupted = MakeSummary(result, 0, {});
  EXPECT_EQ(ExitFor(interrupted), ExitCode::kInterrupted);
  EXPECT_THAT(SummaryText(interrupted), HasSubstr("import 3: interrupted in"));

  result = Completed();
  result.state = ImportState::kFailed;
  result.fault = Error(Origin::kAws, "AccessDenied", "no");
  EXPECT_EQ(ExitFor(MakeSummary(result, 0, {})), ExitCode::kSource);
  result.fault = Error(Origin::kPostgres, "08006", "no");
  EXPECT_EQ(ExitFor(MakeSummary(result, 0, {})), ExitCode::kTarget);
  result.fault = Fault("internal", "no");
  EXPECT_EQ(ExitFor(MakeSummary(result, 0, {})), ExitCode::kOurFault);
  EXPECT_THAT(SummaryJson(MakeSummary(result, 0, {})),
              HasSubstr(R"("fault":{"origin":"sluice","code":"internal","message":"no",)"));

  RunResult nothing;
  EXPECT_NE(ExitFor(MakeSummary(nothing, 0, {})), ExitCode::kDone);
  EXPECT_THAT(SummaryText(MakeSummary(nothing, 0, {})), Not(HasSubstr("rows/s")));
}

}  // namespace
}  // namespace sluice
