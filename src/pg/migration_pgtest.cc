#include "pg/migration.h"

#include <gmock/gmock.h>

#include <barrier>
#include <thread>

#include "pg/world_testing.h"

namespace sluice::pg {
namespace {

using testing::HasSubstr;

constexpr Migration kOne{1, "first", "CREATE TABLE sluice.a (); CREATE TABLE sluice.b ();"};
constexpr Migration kTwo{2, "second", "ALTER TABLE sluice.a ADD i int NOT NULL"};
constexpr Migration kBoth[] = {kOne, kTwo};

class MigrationTest : public PgDatabaseTest {
 protected:
  int Up(std::span<const Migration> migrations) { return MigrateUp(session(), migrations); }
  bool Exists(const std::string& table) {
    return One("SELECT to_regclass($1) IS NOT NULL", {table}) == "t";
  }
};

TEST_F(MigrationTest, EachScriptIsAppliedOnceAndInOrder) {
  EXPECT_EQ(Up({kBoth, 1}), 1);
  EXPECT_EQ(Up(kBoth), 1);
  EXPECT_EQ(Up(kBoth), 0);
  EXPECT_EQ(One("SELECT string_agg(name, ' ' ORDER BY number) FROM sluice.migration"),
            "first second");
}

TEST_F(MigrationTest, StatusTellsWhatIsAppliedAndWhatIsNot) {
  EXPECT_EQ(MigrationStatus(session(), kBoth).at(0).applied_at, "");
  Up({kBoth, 1});
  std::vector<MigrationState> states = MigrationStatus(session(), kBoth);
  ASSERT_EQ(states.size(), 2u);
  EXPECT_THAT(states[0].applied_at, HasSubstr("+00"));
  EXPECT_EQ(states[1].name, "second");
  EXPECT_EQ(states[1].applied_at, "");
  states = MigrationStatus(session(), {});
  ASSERT_EQ(states.size(), 1u) << "a migration from elsewhere is shown too";
  EXPECT_EQ(states[0].name, "first");
}

TEST_F(MigrationTest, ProcessesThatStartAtOnceApplyEachScriptOnce) {
  constexpr int kProcesses = 4;
  std::barrier start(kProcesses);
  std::atomic<int> applied{0};
  std::vector<std::thread> processes;
  for (int i = 0; i < kProcesses; ++i) {
    processes.emplace_back([&] {
      Connection connection = Connect();
      start.arrive_and_wait();
      applied += MigrateUp(connection, kBoth);
    });
  }
  for (std::thread& process : processes) process.join();
  EXPECT_EQ(applied, 2);
  EXPECT_EQ(Up(kBoth), 0);
}

TEST_F(MigrationTest, AnAppliedLedgerNeedsNoMoreThanSelect) {
  Up(kBoth);
  session().ExecScript(
      "GRANT USAGE ON SCHEMA sluice TO pg_monitor;"
      "GRANT SELECT ON sluice.migration TO pg_monitor; SET ROLE pg_monitor");
  EXPECT_EQ(Up(kBoth), 0);
}

TEST_F(MigrationTest, EveryErrorPath) {
  constexpr Migration kBroken[] = {kOne, {2, "broken", "CREATE TABLE sluice.c (); SELECT 1/0"}};
  Error broken = ErrorOf([&] { Up(kBroken); });
  EXPECT_EQ(broken.code(), "22012");
  EXPECT_EQ(broken.scope(), Scope::kRun);
  EXPECT_THAT(broken.what(), HasSubstr("applying migration 2 (broken)"));
  EXPECT_TRUE(Exists("sluice.b"));
  EXPECT_FALSE(Exists("sluice.c")) << "a script is applied whole or not at all";
  EXPECT_EQ(Up(kBoth), 1);

  Error unknown = ErrorOf([&] { Up({kBoth, 1}); });
  EXPECT_EQ(unknown.code(), "migration-unknown");
  constexpr Migration kChanged[] = {{1, "first", "CREATE TABLE sluice.a ()"}, kTwo};
  Error changed = ErrorOf([&] { Up(kChanged); });
  EXPECT_EQ(changed.code(), "migration-changed");
  for (const Error& error : {unknown, changed}) {
    EXPECT_EQ(error.retry(), Retry::kNever);
    EXPECT_EQ(error.scope(), Scope::kRun);
    EXPECT_NE(error.remedy(), "");
  }
}

}  // namespace
}  // namespace sluice::pg
