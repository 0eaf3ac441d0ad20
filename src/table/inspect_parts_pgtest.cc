#include "table/inspect_parts.h"

#include <gmock/gmock.h>

#include "table/parts_testing.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr pg::PartKinds kIndexes = {.indexes = true};
constexpr pg::PartKinds kKey = {.primary_key = true};

class InspectPartsTest : public PartsTest {
 protected:
  std::vector<std::string> Names(const std::string& table, pg::PartKinds kinds) {
    std::vector<std::string> names;
    for (const pg::TablePart& part : InspectParts(session(), Oid(table), kinds)) {
      names.push_back(part.name);
    }
    return names;
  }
  std::string Refusal(const std::string& table, pg::PartKinds kinds) {
    Error error = pg::ErrorOf([&] { Names(table, kinds); });
    EXPECT_EQ(error.code(), "set-aside-refused");
    EXPECT_EQ(error.retry(), Retry::kNever);
    EXPECT_EQ(error.scope(), Scope::kRun);
    EXPECT_FALSE(error.remedy().empty());
    return error.message();
  }
};

TEST_F(InspectPartsTest, KindsSayWhatIsNamedAndBrinStays) {
  Run("CREATE TABLE p (id int PRIMARY KEY);"
      "CREATE TABLE t (id int CONSTRAINT t_pkey PRIMARY KEY, u int CONSTRAINT t_u UNIQUE,"
      "  p int CONSTRAINT t_p REFERENCES p);"
      "CREATE INDEX t_plain ON t (u, p); CREATE INDEX t_brin ON t USING brin (p)");
  EXPECT_THAT(Names("t", kIndexes), ElementsAre("t_plain", "t_u"));
  EXPECT_THAT(Names("t", kKey), ElementsAre("t_pkey"));
  EXPECT_THAT(Names("t", {.foreign_keys = true}), ElementsAre("t_p"));
  EXPECT_THAT(Names("t", kAll), ElementsAre("t_pkey", "t_plain", "t_u", "t_p"));
  EXPECT_THAT(Names("t", {}), IsEmpty());
}

TEST_F(InspectPartsTest, AnInvalidIndexServesNobodyAndIsLeftAlone) {
  Run("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)");
  pg::ErrorOf(
      [&] { session().Exec("CREATE UNIQUE INDEX CONCURRENTLY broken ON " + In("t") + " (id)"); });
  EXPECT_THAT(Names("t", kAll), IsEmpty());
}

TEST_F(InspectPartsTest, AViewThatGroupsByTheKeyIsNamed) {
  Run("CREATE TABLE t (id int PRIMARY KEY, name text);"
      "CREATE VIEW counted AS SELECT id, name, count(*) FROM t GROUP BY id");
  EXPECT_THAT(Refusal("t", kKey), HasSubstr("view " + In("counted") + " depends on t_pkey"));
  EXPECT_THAT(Names("t", kIndexes), IsEmpty());
}

TEST_F(InspectPartsTest, AForeignKeyThatIsNotAlsoPutAsideIsNamed) {
  Run("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE child (t int REFERENCES t)");
  EXPECT_THAT(Refusal("t", kKey),
              HasSubstr("foreign key child_t_fkey of " + In("child") + " refers to it"));
  EXPECT_THAT(Names("t", {.primary_key = true, .foreign_keys = true}),
              ElementsAre("t_pkey", "child_t_fkey"));
  // Its own key stands, so that of the other table can stay.
  EXPECT_THAT(Names("t", {.foreign_keys = true}), IsEmpty());
}

TEST_F(InspectPartsTest, APublicationThatNeedsTheKeyIsNamed) {
  Run("CREATE TABLE t (id int PRIMARY KEY, u int NOT NULL); CREATE UNIQUE INDEX t_u ON t (u)");
  std::string name = "publication_" + schema();
  session().Exec("CREATE PUBLICATION " + name + " FOR TABLE " + In("t"));
  EXPECT_THAT(Refusal("t", kKey), HasSubstr("publication " + name + " needs t_pkey"));
  EXPECT_THAT(Names("t", kIndexes), ElementsAre("t_u"));
  Run("ALTER TABLE t REPLICA IDENTITY USING INDEX t_u");
  EXPECT_THAT(Refusal("t", kIndexes), HasSubstr("needs t_u as replica identity"));
  EXPECT_THAT(Names("t", kKey), ElementsAre("t_pkey"));
  session().Exec("ALTER PUBLICATION " + name + " SET (publish = 'insert')");
  EXPECT_THAT(Names("t", kIndexes), ElementsAre("t_u"));
}

TEST_F(InspectPartsTest, PartitionedTablesAreRefused) {
  Run("CREATE TABLE whole (id int PRIMARY KEY) PARTITION BY RANGE (id);"
      "CREATE TABLE part PARTITION OF whole FOR VALUES FROM (0) TO (9);"
      "CREATE TABLE child (id int REFERENCES whole)");
  EXPECT_THAT(Refusal("whole", kKey), HasSubstr("no ordinary table"));
  EXPECT_THAT(Refusal("part", kKey), HasSubstr("part of a partitioned table's index"));
}

TEST_F(InspectPartsTest, EveryObstacleIsNamedAtOnce) {
  Run("CREATE TABLE t (id int PRIMARY KEY, name text); CREATE TABLE child (t int REFERENCES t);"
      "CREATE VIEW a AS SELECT id, name FROM t GROUP BY id;"
      "CREATE MATERIALIZED VIEW b AS SELECT id, name FROM t GROUP BY id");
  std::string refusal = Refusal("t", kKey);
  EXPECT_THAT(refusal, HasSubstr(In("a")));
  EXPECT_THAT(refusal, HasSubstr(In("b")));
  EXPECT_THAT(refusal, HasSubstr("child_t_fkey"));
}

TEST_F(InspectPartsTest, EveryErrorPath) {
  EXPECT_EQ(pg::ErrorOf([&] { InspectParts(session(), 1, kAll); }).code(), "no-such-table");
}

}  // namespace
}  // namespace sluice
