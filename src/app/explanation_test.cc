#include "app/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sluice {
namespace {

using testing::HasSubstr;

Explanation::Turn Turn(JobState state) {
  Explanation::Turn turn;
  turn.job.import = {3};
  turn.job.label = "Patient";
  turn.job.target = "fhir:public.patient";
  turn.job.object = {"https://s3", "b", "Patient.1.ndjson", "e"};
  turn.job.state = state;
  turn.import.id = {3};
  turn.import.state = ImportState::kCompleted;
  turn.load_command = "sluice load fhir s3://b/";
  return turn;
}

Explanation::Turn Dead() {
  Explanation::Turn turn = Turn(JobState::kDead);
  turn.job.attempts = 1;
  turn.job.error_origin = "sluice";
  turn.job.error_code = "id-missing";
  turn.job.error_message = "the resource has no id";
  turn.job.error_remedy = "Give it one.";
  turn.job.error_line = "3";
  turn.job.error_byte = "99";
  turn.rejects = {{3, 99, "id-missing", "the resource has no id", "Give it one.", "secret-id"}};
  return turn;
}

TEST(ExplanationTest, TellsWhatIsIn) {
  Explanation explanation{"s3://b/Patient.1.ndjson", {Turn(JobState::kDone)}, {}, {}};
  explanation.turns[0].job.records.loaded = 1300;
  explanation.turns[0].job.finished_at = "2026-01-02 03:04:05+00";
  explanation.receipts = {
      {"fhir:public.patient", "e-1", "current", "7", 1300, "2026-01-02 03:04:05+00", {3}}};
  EXPECT_EQ(ExplanationText(explanation),
            "s3://b/Patient.1.ndjson\n"
            "  import 3 (completed): loaded 1,300 rows at 2026-01-02 03:04:05+00\n"
            "    table: public.patient\n"
            "  receipt of public.patient: current, 1,300 rows at 2026-01-02 03:04:05+00 by import "
            "3, etag e-1\n");
}

TEST(ExplanationTest, TellsWhatWaitsInQuarantine) {
  Explanation explanation{"s3://b/Patient.1.ndjson", {Turn(JobState::kDone)}, {}, {}};
  explanation.turns[0].job.records = {3, 1, 2, 0};
  explanation.turns[0].job.finished_at = "then";
  explanation.turns[0].rejects = Dead().rejects;
  EXPECT_EQ(ExplanationText(explanation),
            "s3://b/Patient.1.ndjson\n"
            "  import 3 (completed): loaded 1 row at then, with 2 bad records in quarantine\n"
            "    table: public.patient\n"
            "    line 3, byte 99: the resource has no id [id-missing]\n"
            "    what to do: mend what sluice rejects 3 --object s3://b/Patient.1.ndjson --format "
            "ndjson prints, then run sluice replay 3 FILE\n");
}

TEST(ExplanationTest, TellsWhyNotAndWhatToDo) {
  Explanation explanation{"s3://b/Patient.1.ndjson", {Dead()}, {}, {}};
  EXPECT_EQ(ExplanationText(explanation),
            "s3://b/Patient.1.ndjson\n"
            "  import 3 (completed): given up on after 1 attempt\n"
            "    table: public.patient\n"
            "    cause: the resource has no id [sluice/id-missing] (line 3, byte 99)\n"
            "    remedy: Give it one.\n"
            "    line 3, byte 99: the resource has no id [id-missing]\n"
            "    what to do: put a corrected version in its place, or when the cause is gone "
            "elsewhere, run sluice retry s3://b/Patient.1.ndjson; then sluice load fhir s3://b/\n");
}

TEST(ExplanationTest, OfAnUnknownObjectItSaysWhatItsNameSays) {
  Explanation unknown{"k", {}, {}, Classified{"Patient", "fhir:public.patient", ""}};
  EXPECT_THAT(ExplanationText(unknown),
              HasSubstr("by its name it holds Patient, for table public.patient"));
  unknown.by_name = Classified{"", "", "does not end in .ndjson"};
  EXPECT_THAT(ExplanationText(unknown),
              HasSubstr("by its name it would be ignored: it does not end in .ndjson\n"));
}

TEST(ExplanationTest, EveryStateHasItsAdvice) {
  EXPECT_EQ(Advice(Turn(JobState::kDone)), "");
  EXPECT_EQ(Advice(Turn(JobState::kRunning)), "");
  EXPECT_EQ(Advice(Turn(JobState::kPending)), "run sluice load fhir s3://b/");
  EXPECT_EQ(Advice(Turn(JobState::kCancelled)), "run sluice load fhir s3://b/");
  EXPECT_EQ(Advice(Turn(JobState::kDead)),
            "run sluice retry s3://b/Patient.1.ndjson, then sluice load fhir s3://b/");
  Explanation::Turn turn = Turn(JobState::kSkipped);
  turn.job.reason = "already-loaded";
  EXPECT_EQ(Advice(turn), "");
  turn.job.reason = "changed";
  EXPECT_EQ(Advice(turn),
            "to replace the loaded version, run sluice load fhir s3://b/ --changed reload");
  turn = Turn(JobState::kPending);
  turn.import.state = ImportState::kRunning;
  turn.import.worked_on = true;
  EXPECT_EQ(Advice(turn), "");
  turn.job.only_at = "host:far";
  EXPECT_EQ(Advice(turn), "only host far can read it: there, run sluice load fhir s3://b/");
}

TEST(ExplanationTest, EveryErrorPath) {
  Explanation explanation{"k", {Dead()}, {}, {}};
  std::string json = ExplanationJson(explanation);
  EXPECT_THAT(json, testing::Not(HasSubstr("secret-id"))) << "what a record holds is not shown";
  nlohmann::json parsed = nlohmann::json::parse(json);
  EXPECT_EQ(parsed["jobs"][0]["error"]["line"], 3);
  EXPECT_EQ(parsed["jobs"][0]["rejects"][0]["byte"], 99);
  EXPECT_EQ(parsed["jobs"][0]["import_state"], "completed");
  EXPECT_FALSE(parsed.contains("by_name"));
}

}  // namespace
}  // namespace sluice
