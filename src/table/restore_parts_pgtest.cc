#include "table/restore_parts.h"

#include <gmock/gmock.h>

#include <thread>

#include "pg/transaction.h"
#include "table/parts_testing.h"
#include "table/put_aside.h"
#include "table/relation_lock.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using State = PartOutcome::State;

MATCHER(Stands, "") {
  if (arg.state == State::kStanding) return true;
  *result_listener << arg.part.name << ": " << (arg.error ? arg.error->what() : "");
  return false;
}
auto AllStanding() { return Each(Stands()); }

class RestorePartsTest : public PartsTest {
 protected:
  void MakeTable(int rows = 200) {
    Run("CREATE TABLE t (id text CONSTRAINT \"T key\" PRIMARY KEY, n int NOT NULL, m int);"
        "INSERT INTO t SELECT 'id ' || i, i, i % 7 FROM generate_series(1, " +
        std::to_string(rows) + ") i; CREATE INDEX t_m ON t (m)");
  }
  // An index on the table whose build waits 20 ms for each row.
  void MakeSlowIndex(milliseconds each = milliseconds(20)) {
    Run("CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
        "$$BEGIN RETURN n; END$$; CREATE INDEX t_slow ON t (slow(n))");
    SetSlowness(each);
  }
  void SetSlowness(milliseconds each) {
    Run("CREATE OR REPLACE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
        "$$BEGIN PERFORM pg_catalog.pg_sleep(" +
        std::to_string(static_cast<double>(each.count()) / 1000) + "); RETURN n; END$$");
  }
  // The backend that builds the slow index, once it does.
  int AwaitBuilder() {
    std::string pid;
    WaitUntil([&] {
      pg::Result rows = session().Exec(
          "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> "
          "pg_backend_pid()",
          {"CREATE INDEX t_slow ON " + schema() + "%"});
      if (rows.rows() > 0) pid = rows.text(0, 0);
      return !pid.empty();
    });
    return std::stoi(pid);
  }
};

TEST_F(RestorePartsTest, EverythingComesBackAsItWas) {
  std::string tablespace = "ts_" + schema();
  session().Exec("SET allow_in_place_tablespaces = on");
  session().Exec("CREATE TABLESPACE " + tablespace + " LOCATION ''");
  Run("CREATE TABLE other (id int PRIMARY KEY);"
      "CREATE TABLE \"T\" (id int, u int NOT NULL, \"x DEFERRABLE\" int, name text NOT NULL,"
      "  j jsonb, during int4range,"
      "  other int CONSTRAINT to_other REFERENCES other ON DELETE CASCADE DEFERRABLE,"
      "  CONSTRAINT the_key PRIMARY KEY (id) INCLUDE (u) WITH (fillfactor = 70)"
      "    DEFERRABLE INITIALLY DEFERRED,"
      "  CONSTRAINT plain_unique UNIQUE (\"x DEFERRABLE\"),"
      "  CONSTRAINT for_others UNIQUE (u),"
      "  CONSTRAINT one_null UNIQUE NULLS NOT DISTINCT (u, name) DEFERRABLE,"
      "  CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WHERE (id > 3) DEFERRABLE);"
      "ALTER TABLE \"T\" ADD CONSTRAINT unchecked FOREIGN KEY (u) REFERENCES other NOT VALID;"
      "CREATE TABLE child (t int, CONSTRAINT needs_u FOREIGN KEY (t) REFERENCES \"T\" (u));"
      "CREATE INDEX partial ON \"T\" (name) WHERE u > 3;"
      "CREATE INDEX expression ON \"T\" (lower(name), (j ->> 'a'));"
      "CREATE INDEX \"Down\" ON \"T\" (u DESC NULLS LAST, name DESC);"
      "CREATE INDEX covering ON \"T\" (u) INCLUDE (name);"
      "CREATE INDEX pattern ON \"T\" (name text_pattern_ops);"
      "CREATE INDEX collated ON \"T\" (name COLLATE \"C\");"
      "CREATE INDEX gin ON \"T\" USING gin (j jsonb_path_ops) WITH (fastupdate = off);"
      "CREATE UNIQUE INDEX identity ON \"T\" (name, u);"
      "CREATE INDEX elsewhere ON \"T\" (u) TABLESPACE " +
      tablespace +
      ";"
      "ALTER TABLE \"T\" CLUSTER ON covering;"
      "ALTER TABLE \"T\" REPLICA IDENTITY USING INDEX identity;"
      "COMMENT ON INDEX partial IS 'it''s partial';"
      "COMMENT ON INDEX the_key IS 'of the index';"
      "COMMENT ON CONSTRAINT the_key ON \"T\" IS 'of the key';"
      "COMMENT ON CONSTRAINT apart ON \"T\" IS 'of apart';"
      "COMMENT ON CONSTRAINT to_other ON \"T\" IS 'of the foreign key';"
      "INSERT INTO other VALUES (1), (2);"
      "INSERT INTO \"T\" VALUES (1, 1, 1, 'a', '{}', '[1,2)', 1), (2, 2, 2, 'b', '{}', '[3,4)', "
      "2)");
  std::string before = Catalog();
  std::vector<pg::TablePart> parts = PutAside("\"T\"");
  EXPECT_EQ(parts.size(), 17u);
  EXPECT_THAT(Catalog(), testing::Not(HasSubstr("\"T\" USING")));
  std::vector<PartOutcome> outcomes = Restore(parts);
  EXPECT_THAT(outcomes, AllStanding());
  EXPECT_EQ(Catalog(), before);
  // And a second time, as if the ledger had not heard of it.
  EXPECT_THAT(Restore(parts), AllStanding());
  EXPECT_EQ(Catalog(), before);
  Run("DROP TABLE child, \"T\"");
  session().Exec("DROP TABLESPACE " + tablespace);
}

TEST_F(RestorePartsTest, TheKeeperHearsOfEachPart) {
  MakeTable(3);
  Restore(PutAside("t"));
  EXPECT_THAT(keeper_.notes(), testing::ElementsAre("standing T key", "standing t_m",
                                                    "started T key", "started t_m"));
}

TEST_F(RestorePartsTest, AHalfBuiltIndexIsDroppedAndBuiltAgain) {
  MakeTable();
  std::string before = Catalog();
  std::vector<pg::TablePart> parts = PutAside("t");
  Run("UPDATE t SET n = 1");
  pg::ErrorOf(
      [&] { session().Exec("CREATE UNIQUE INDEX CONCURRENTLY t_m ON " + In("t") + " (n)"); });
  EXPECT_THAT(Catalog(), HasSubstr("t_m ON"));
  EXPECT_THAT(Restore(parts), AllStanding());
  EXPECT_EQ(Catalog(), before);
}

TEST_F(RestorePartsTest, AUniqueIndexBuiltByARestoreThatWasKilledIsAdopted) {
  MakeTable();
  std::string before = Catalog();
  std::vector<pg::TablePart> parts = PutAside("t");
  session().Exec(parts[0].index_definition);
  std::string oid = One("SELECT ($1::regclass::oid)::text", {In("\"T key\"")});
  EXPECT_THAT(Restore(parts), AllStanding());
  EXPECT_EQ(Catalog(), before);
  EXPECT_EQ(One("SELECT ($1::regclass::oid)::text", {In("\"T key\"")}), oid);
}

TEST_F(RestorePartsTest, AKeyThatAPersonMadeAgainUnderAnotherNameWillDo) {
  MakeTable();
  std::vector<pg::TablePart> parts = PutAside("t", {.primary_key = true});
  Run("ALTER TABLE t ADD CONSTRAINT mine PRIMARY KEY (id)");
  std::string made = Catalog();
  EXPECT_THAT(Restore(parts), AllStanding());
  EXPECT_EQ(Catalog(), made);
}

TEST_F(RestorePartsTest, ATerminatedBuilderLeavesWhatARerunFinishes) {
  MakeTable();
  MakeSlowIndex(milliseconds(0));
  std::string before = Catalog();
  std::vector<pg::TablePart> parts = PutAside("t");
  SetSlowness(milliseconds(20));
  std::optional<Error> fault;
  std::jthread restorer([&] { fault = pg::ErrorOf([&] { Restore(parts); }); });
  session().Exec("SELECT pg_terminate_backend($1)", {std::to_string(AwaitBuilder())});
  restorer.join();
  EXPECT_NE(fault->retry(), Retry::kNever);
  SetSlowness(milliseconds(0));
  EXPECT_THAT(Restore(parts), AllStanding());
  EXPECT_EQ(Catalog(), before);
}

TEST_F(RestorePartsTest, AStopRequestEndsABuildAtOnce) {
  MakeTable();
  MakeSlowIndex(milliseconds(0));
  std::vector<pg::TablePart> parts = PutAside("t");
  SetSlowness(milliseconds(500));
  Stop stop;
  auto connect = [&] { return pg::Connection::Open({.url = Url()}, stop); };
  std::optional<Error> fault;
  pg::Connection first = connect();
  std::jthread restorer([&] {
    fault = pg::ErrorOf([&] { RestoreParts(first, connect, parts, keeper_, {}, stop); });
  });
  AwaitBuilder();
  stop.Request();
  restorer.join();
  EXPECT_EQ(fault->code(), "interrupted");
}

TEST_F(RestorePartsTest, IndexesOfOneTableAreBuiltAtOneTime) {
  MakeTable();
  MakeSlowIndex(milliseconds(0));
  Run("CREATE INDEX t_slow2 ON t (slow(n + 1))");
  std::vector<pg::TablePart> parts = PutAside("t");
  SetSlowness(milliseconds(5));
  std::jthread restorer([&] { EXPECT_THAT(Restore(parts), AllStanding()); });
  WaitUntil([&] {
    return One("SELECT count(*) FROM pg_stat_progress_create_index WHERE relid = $1::regclass",
               {In("t")}) == "2";
  });
}

TEST_F(RestorePartsTest, TwoRestorersTakeTurns) {
  MakeTable();
  MakeSlowIndex(milliseconds(1));
  std::string before = Catalog();
  std::vector<pg::TablePart> parts = PutAside("t");
  uint32_t relation = Oid("t");
  auto restore = [&] {
    pg::Connection connection = Connect();
    RelationLock lock(connection, relation, stop_, Deadline::After(std::chrono::minutes(1)));
    EXPECT_TRUE(RelationLock::IsHeld(connection, relation));
    EXPECT_THAT(Restore(parts), AllStanding());
  };
  std::jthread one(restore), other(restore);
  one.join();
  other.join();
  EXPECT_EQ(Catalog(), before);
  EXPECT_FALSE(RelationLock::IsHeld(session(), relation));
}

TEST_F(RestorePartsTest, TwoRestorersWithoutTurnsDoNoHarmEither) {
  MakeTable();
  Run("CREATE TABLE p (id int PRIMARY KEY); ALTER TABLE t ADD FOREIGN KEY (m) REFERENCES p NOT "
      "VALID");
  std::string before = Catalog();
  std::vector<pg::TablePart> parts = PutAside("t");
  auto restore = [&] { EXPECT_THAT(Restore(parts), AllStanding()); };
  std::jthread one(restore), other(restore);
  one.join();
  other.join();
  EXPECT_EQ(Catalog(), before);
}

TEST_F(RestorePartsTest, AWriterAtWorkIsWaitedForAndNotHarmed) {
  MakeTable();
  std::string before = Catalog();
  std::vector<pg::TablePart> parts = PutAside("t");
  pg::Connection writer = Connect();
  pg::Transaction tx(writer);
  writer.Exec("INSERT INTO " + In("t") + " VALUES ('late', 1000, 1)");
  RestoreOptions options;
  options.patience.first = options.patience.cap = milliseconds(20);
  std::jthread restorer([&] { EXPECT_THAT(Restore(parts, options), AllStanding()); });
  WaitUntil([&] {
    return One("SELECT count(*) FROM pg_locks WHERE relation = $1::regclass AND NOT granted",
               {In("t")}) != "0";
  });
  writer.Exec("INSERT INTO " + In("t") + " VALUES ('later', 1001, 1)");
  tx.Commit();
  restorer.join();
  EXPECT_EQ(Catalog(), before);
  EXPECT_EQ(One("SELECT count(*) FROM " + In("t")), "202");
}

TEST_F(RestorePartsTest, RowsThatShareTheKeyAreNamedAndTheRestComesBack) {
  MakeTable(3);
  std::vector<pg::TablePart> parts = PutAside("t");
  Run("INSERT INTO t VALUES ('id 2', 20, 1), ('id 2', 21, 1), ('id 3', 30, 1)");
  RestoreOptions options;
  options.txid_column = "n";
  std::vector<PartOutcome> outcomes = Restore(parts, options);
  ASSERT_EQ(outcomes[0].state, State::kDuplicates);
  EXPECT_EQ(outcomes[1].state, State::kStanding);
  EXPECT_EQ(outcomes[0].error->code(), "23505");
  EXPECT_EQ(outcomes[0].duplicates.keys, "id");
  ASSERT_EQ(outcomes[0].duplicates.rows.size(), 5u);
  EXPECT_EQ(outcomes[0].duplicates.rows[0].value, "id 2");
  EXPECT_EQ(outcomes[0].duplicates.rows[0].txid, 2);
  EXPECT_EQ(outcomes[0].duplicates.rows[2].txid, 21);
  EXPECT_EQ(outcomes[0].duplicates.rows[2].place, "(0,5)");
  EXPECT_EQ(outcomes[0].duplicates.rows[4].value, "id 3");
  EXPECT_THAT(keeper_.notes(), Contains("failed T key"));
  Run("DELETE FROM t WHERE n >= 20");
  EXPECT_THAT(Restore(parts), AllStanding());
}

TEST_F(RestorePartsTest, AForeignKeyThatRowsBreakStandsForNewOnes) {
  Run("CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); INSERT INTO p VALUES (1, 1);"
      "CREATE TABLE t (a int, b int, CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p)");
  std::vector<pg::TablePart> parts = PutAside("t");
  Run("INSERT INTO t VALUES (1, 1), (1, 2), (2, 2), (9, NULL)");
  std::vector<PartOutcome> outcomes = Restore(parts);
  ASSERT_EQ(outcomes[0].state, State::kNotValid);
  EXPECT_EQ(outcomes[0].error->code(), "foreign-key-violated");
  EXPECT_EQ(outcomes[0].violations.rows, 2u);
  EXPECT_THAT(outcomes[0].violations.values, testing::UnorderedElementsAre("1, 2", "2, 2"));
  EXPECT_THAT(outcomes[0].error->message(), testing::Not(HasSubstr("1, 2")));
  EXPECT_THAT(keeper_.notes(), Contains("flawed fk"));
  EXPECT_EQ(pg::ErrorOf([&] { Run("INSERT INTO t VALUES (3, 3)"); }).code(), "23503");
  session().Exec("SET search_path = pg_catalog");
  Run("DELETE FROM t WHERE a = b + 5 OR (a, b) IN ((1, 2), (2, 2))");
  EXPECT_THAT(Restore(parts), AllStanding());
  EXPECT_EQ(One("SELECT convalidated FROM pg_constraint WHERE conname = 'fk' AND conrelid = "
                "$1::regclass",
                {In("t")}),
            "t");
}

TEST_F(RestorePartsTest, MatchFullCountsHalfFilledKeys) {
  Run("CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE t (a int, b int,"
      "  CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p MATCH FULL)");
  std::vector<pg::TablePart> parts = PutAside("t");
  Run("INSERT INTO t VALUES (NULL, NULL), (1, NULL)");
  EXPECT_EQ(Restore(parts)[0].violations.rows, 1u);
}

class MemoryWitness : public MemoryKeeper {
 public:
  void Standing(pg::Connection& connection, const pg::TablePart&, const Error*) override {
    memory = connection.Exec("SELECT current_setting('maintenance_work_mem')").text(0, 0);
  }
  std::string memory;
};

TEST_F(RestorePartsTest, TheMemoryAskedForIsSet) {
  MakeTable(1);
  std::vector<pg::TablePart> parts = PutAside("t", {.primary_key = true});
  MemoryWitness witness;
  RestoreOptions options;
  options.maintenance_work_mem_bytes = 7 * kMiB;
  pg::Connection first = Connect();
  RestoreParts(first, Connector(), parts, witness, options, stop_);
  EXPECT_EQ(witness.memory, "7MB");
}

TEST_F(RestorePartsTest, EveryErrorPath) {
  MakeTable(3);
  std::vector<pg::TablePart> parts = PutAside("t");
  // A name that is taken is that part's trouble only.
  Run("CREATE TABLE t_m (i int)");
  std::vector<PartOutcome> outcomes = Restore(parts);
  EXPECT_EQ(outcomes[0].state, State::kStanding);
  EXPECT_EQ(outcomes[1].state, State::kFailed);
  EXPECT_EQ(outcomes[1].error->code(), "set-aside-name-taken");
  EXPECT_FALSE(outcomes[1].error->remedy().empty());
  // Locks that are not had by the deadline end the restore; it can be run again.
  Run("DROP TABLE t_m");
  pg::Connection reader = Connect();
  {
    pg::Transaction tx(reader);
    reader.Exec("LOCK TABLE " + In("t") + " IN ROW EXCLUSIVE MODE");
    RestoreOptions options;
    options.patience = {milliseconds(5), milliseconds(10), milliseconds(50)};
    EXPECT_EQ(pg::ErrorOf([&] { Restore(parts, options); }).code(), "55P03");
  }
  // One restorer at a time.
  RelationLock lock(reader, Oid("t"), stop_, Deadline::After(milliseconds(0)));
  Error busy = pg::ErrorOf(
      [&] { RelationLock second(session(), Oid("t"), stop_, Deadline::After(milliseconds(0))); });
  EXPECT_EQ(busy.code(), "restore-under-way");
  EXPECT_EQ(busy.retry(), Retry::kLater);
  // The table is gone.
  Run("DROP TABLE t");
  EXPECT_THAT(Restore(parts), Each(Field(&PartOutcome::state, State::kFailed)));
}

}  // namespace
}  // namespace sluice
