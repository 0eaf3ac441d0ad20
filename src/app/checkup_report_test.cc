#include "app/checkup_report.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using std::chrono::milliseconds;
using Verdict = Check::Verdict;

DatabaseFacts Good() { return {.version = 150018, .lz4 = true, .may_create = true}; }

Verdict Worst(const std::vector<Check>& checks) {
  Verdict worst = Verdict::kOk;
  for (const Check& check : checks) worst = std::max(worst, check.verdict);
  return worst;
}

TEST(CheckupReportTest, AGoodDatabasePasses) {
  std::vector<Check> checks = JudgeDatabase(Good());
  EXPECT_EQ(Worst(checks), Verdict::kOk);
  EXPECT_EQ(CheckText(checks[0]), "ok    version      PostgreSQL 15.18\n");
  EXPECT_EQ(CheckJson(checks[0]),
            R"({"check":"version","verdict":"ok","finding":"PostgreSQL 15.18","remedy":null})");
}

TEST(CheckupReportTest, ClocksMayDifferALittle) {
  EXPECT_EQ(JudgeClock("x", milliseconds(-1500)).verdict, Verdict::kOk);
  EXPECT_EQ(JudgeClock("x", milliseconds(120'000)).verdict, Verdict::kWarn);
  Check far = JudgeClock("the endpoint", milliseconds(-20 * 60'000));
  EXPECT_EQ(far.verdict, Verdict::kFail);
  EXPECT_EQ(far.finding, "this machine's is 20 min 0 s behind that of the endpoint");
}

TEST(CheckupReportTest, AnyAnswerOfAnEndpointIsAnAnswer) {
  EXPECT_EQ(JudgeEndpoint({403, {}}).verdict, Verdict::kOk);
  EXPECT_EQ(JudgeEndpoint({503, {}}).verdict, Verdict::kWarn);
}

TEST(CheckupReportTest, EveryErrorPath) {
  DatabaseFacts old = Good();
  old.version = 120009;
  EXPECT_EQ(Worst(JudgeDatabase(old)), Verdict::kFail);
  DatabaseFacts plain = Good();
  plain.lz4 = false;
  EXPECT_EQ(Worst(JudgeDatabase(plain)), Verdict::kWarn);
  DatabaseFacts bound = Good();
  bound.may_create = false;
  EXPECT_EQ(Worst(JudgeDatabase(bound)), Verdict::kWarn);
  EXPECT_EQ(JudgeOpenFiles(1024, 4).verdict, Verdict::kOk);
  EXPECT_EQ(JudgeOpenFiles(1024, 256).verdict, Verdict::kFail);
  EXPECT_EQ(JudgeDiskSpace("x", 100).verdict, Verdict::kFail);
  EXPECT_EQ(JudgeDiskSpace("x", 5'000'000'000).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeDiskSpace("x", 50'000'000'000).verdict, Verdict::kOk);
  EXPECT_EQ(
      CheckText(JudgeError("database", Verdict::kFail,
                           Error(Origin::kPostgres, "08001", "no server").Remedy("start it"))),
      "fail  database     no server [postgres/08001]\n"
      "                   remedy: start it\n");
}

}  // namespace
}  // namespace sluice
