#include "table/analyze.h"

#include <gtest/gtest.h>

#include "pg/world_testing.h"

namespace sluice {
namespace {

class AnalyzeTest : public pg::PgTest {
 protected:
  // 20,000 different numbers: a histogram has as many buckets as the statistics target says.
  // Autovacuum is there for the table, and does not come while the test runs.
  std::string FillSql(const std::string& options = "autovacuum_analyze_threshold = 2000000000") {
    return "CREATE TABLE " + In("t") + " (id int, body jsonb) WITH (" + options +
           "); INSERT INTO " + In("t") + " SELECT n, '{}' FROM generate_series(1, 20000) n";
  }
  void Fill() { session().ExecScript(FillSql()); }
  void Analyze() {
    AnalyzeTable(session(),
                 static_cast<uint32_t>(std::stoul(One("SELECT '" + In("t") + "'::regclass::oid"))));
  }
  std::string Buckets(const std::string& column) {
    return One("SELECT array_length(histogram_bounds, 1) - 1 FROM pg_stats WHERE schemaname = '" +
               schema() + "' AND tablename = 't' AND attname = '" + column + "'");
  }
};

TEST_F(AnalyzeTest, ATableWithoutStatisticsGetsRoughOnesWhereAutovacuumComesBy) {
  Fill();
  Analyze();
  EXPECT_EQ(Buckets("id"), "10");
  EXPECT_EQ(One("SELECT count(*) FROM pg_stats WHERE schemaname = '" + schema() +
                "' AND attname = 'body'"),
            "0");
  EXPECT_EQ(One("SHOW default_statistics_target"), "100");
}

TEST_F(AnalyzeTest, AutovacuumStillCountsWhatWasLoadedAsNotAnalyzed) {
  // A session that ends says at once what it changed.
  pg::Connection(Connect()).ExecScript(FillSql());
  auto changes = [&] {
    return One("SELECT pg_stat_get_mod_since_analyze('" + In("t") + "'::regclass)");
  };
  WaitUntil([&] { return changes() == "20000"; });
  Analyze();
  EXPECT_EQ(Buckets("id"), "10");
  EXPECT_EQ(changes(), "20000");
}

TEST_F(AnalyzeTest, WhereAutovacuumDoesNotComeByStatisticsAreFull) {
  session().ExecScript(FillSql("autovacuum_enabled = off"));
  Analyze();
  EXPECT_EQ(Buckets("id"), "100");
}

TEST_F(AnalyzeTest, StatisticsThatStandAreNeverMadeRougher) {
  Fill();
  session().ExecScript("ANALYZE " + In("t"));
  Analyze();
  EXPECT_EQ(Buckets("id"), "100");
}

TEST_F(AnalyzeTest, ATableThatIsGoneIsLetBe) { AnalyzeTable(session(), 1); }

}  // namespace
}  // namespace sluice
