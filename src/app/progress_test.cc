#include "app/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/as_json.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ProgressView HalfDone() {
  ProgressView view;
  view.import = 3;
  view.seconds = 20;
  view.listed = true;
  view.objects_done = 12;
  view.objects_total = 40;
  view.bytes_done = 2'000'000'000;
  view.bytes_total = 4'000'000'000;
  view.rows = 1'234'567;
  view.rows_per_second = 98'765.4;
  view.json_per_second = 210'400'000;
  view.bytes_per_second = 100'000'000;
  view.current = {"s3://b/Observation.000.ndjson.gz", "", "s3://b/Patient.\x1b[2J.ndjson"};
  return view;
}

TEST(ProgressTest, APlainLineSaysItAll) {
  ProgressView view = HalfDone();
  EXPECT_EQ(PlainLine(view),
            "import 3: 12 of 40 objects, 2.0 GB of 4.0 GB (50 %), 1,234,567 rows, 98,765 rows/s, "
            "20.0 s left");
  view.objects_failed = 1;
  view.retries = 2;
  EXPECT_THAT(PlainLine(view), HasSubstr("left, 1 failed, 2 tries again"));
}

TEST(ProgressTest, PromisesNothingWhileTheListingGoesOn) {
  ProgressView view = HalfDone();
  view.listed = false;
  EXPECT_EQ(view.eta(), std::nullopt);
  EXPECT_THAT(PlainLine(view), HasSubstr("(listing)"));
  EXPECT_THAT(PlainLine(view), Not(HasSubstr("left")));
}

TEST(ProgressTest, TheBlockNamesWhatEachThreadIsAt) {
  EXPECT_THAT(
      BlockLines(HalfDone(), 80, 24),
      ElementsAre("import 3  [##########..........] 50 %  2.0 GB of 4.0 GB, 20.0 s left",
                  "  12 of 40 objects  1,234,567 rows  98,765 rows/s  210.4 MB/s unpacked",
                  "    1 s3://b/Observation.000.ndjson.gz", "    3 s3://b/Patient.?[2J.ndjson"));
}

TEST(ProgressTest, TheBlockFitsTheTerminal) {
  std::vector<std::string> lines = BlockLines(HalfDone(), 20, 3);
  EXPECT_THAT(lines,
              ElementsAre("import 3  [#########", "  12 of 40 objects  ", "    1 ...0.ndjson.gz"));
  EXPECT_EQ(BlockLines(HalfDone(), 80, 1).size(), 1u);
}

TEST(ProgressTest, SpeedsAreThoseOfTheLastSeconds) {
  SpeedWindow window;
  ProgressView view;
  for (int second = 0; second <= 100; ++second) {
    view.seconds = second;
    // Ten times as fast in the second half.
    view.rows = static_cast<uint64_t>(second <= 50 ? second * 100 : 5000 + (second - 50) * 1000);
    view.bytes_done = view.rows * 10;
    window.Update(view, view.rows * 100);
    if (second == 50) {
      EXPECT_NEAR(view.rows_per_second, 100, 1);
    }
  }
  EXPECT_NEAR(view.rows_per_second, 1000, 1);
  EXPECT_NEAR(view.bytes_per_second, 10'000, 10);
  EXPECT_NEAR(view.json_per_second, 100'000, 100);
}

TEST(ProgressTest, CountsWhatTheLedgerAndTheMeterSay) {
  Tally tally;
  tally.this_run[JobState::kDone] = {2, 200, 2000, {}};
  tally.this_run[JobState::kDead] = {1, 50, 0, {}};
  tally.this_run[JobState::kRunning] = {1, 100, 0, {}};
  tally.this_run[JobState::kPending] = {4, 400, 0, {}};
  tally.earlier[JobState::kDone] = {9, 900, 9000, {}};
  Meter meter(2);
  meter.packed_bytes = 290;
  meter.records = 77;
  ProgressView view = ViewOf({.import = {3},
                              .listed = true,
                              .ignored = 5,
                              .tally = tally,
                              .meter = meter,
                              .elapsed = std::chrono::seconds(2)});
  EXPECT_EQ(view.objects_done, 3u);
  EXPECT_EQ(view.objects_total, 8u);
  EXPECT_EQ(view.objects_failed, 1u);
  EXPECT_EQ(view.bytes_done, 290u) << "parts of the running object count too";
  EXPECT_EQ(view.bytes_total, 750u);
  EXPECT_EQ(view.rows, 77u);
  EXPECT_EQ(view.seconds, 2);
  meter.packed_bytes = 10'000;  // tries that are repeated read more than there is
  EXPECT_EQ(ViewOf({{3}, true, 5, tally, meter, {}}).bytes_done, 750u);
}

TEST(ProgressTest, TheLastLineTellsWhatTheRunCameTo) {
  RunResult result;
  result.import = {3};
  result.state = ImportState::kCompleted;
  result.seconds = 2;
  result.records = 100;
  result.tally.this_run[JobState::kDone] = {2, 200, 2000, {}};
  EXPECT_EQ(PlainLine(FinalView(ProgressView(), result)),
            "import 3: 2 of 2 objects, 200 B of 200 B (100 %), 100 rows, 50 rows/s");
}

TEST(ProgressTest, AJsonLineIsOneObject) {
  ProgressView view = HalfDone();
  view.rows_per_second = 5;
  view.json_per_second = 6;
  EXPECT_EQ(
      ProgressJson(view),
      R"({"import":3,"seconds":20.0,"listed":true,"objects":{"done":12,"total":40,)"
      R"("failed":0,"ignored":0},"bytes":{"done":2000000000,"total":4000000000},)"
      R"("rows":1234567,"rows_per_second":5.0,"json_bytes_per_second":6.0,"retries":0,)"
      R"("restoring":[],"eta_seconds":20.0,"current":["s3://b/Observation.000.ndjson.gz",null,)"
      R"("s3://b/Patient.\u001b[2J.ndjson"]})");
}

TEST(ProgressTest, EveryErrorPath) {
  // Nothing is known yet: no division by zero, no endless estimate.
  ProgressView nothing;
  EXPECT_EQ(PlainLine(nothing), "import 0: 0 of 0 objects, 0 B of 0 B (listing), 0 rows, 0 rows/s");
  SpeedWindow window;
  window.Update(nothing, 0);
  window.Update(nothing, 0);
  EXPECT_EQ(nothing.rows_per_second, 0);
  nothing.listed = true;
  EXPECT_EQ(nothing.eta(), std::nullopt);
  // A counter that falls (a database that was restored) is no speed.
  ProgressView view = HalfDone();
  window.Update(view, 100);
  view.seconds += 1;
  view.rows = 0;
  view.bytes_done = 0;
  window.Update(view, 0);
  EXPECT_GE(view.rows_per_second, 0);
  EXPECT_THAT(BlockLines(view, 1, 1), ElementsAre("i"));
}

}  // namespace
}  // namespace sluice
