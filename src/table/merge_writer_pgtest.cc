#include "table/merge_writer.h"

#include <gmock/gmock.h>

#include <thread>

#include "pg/transaction.h"
#include "pg/world_testing.h"
#include "row/copy_binary.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Row {
  std::string id;
  int64_t txid = 2;
  std::string resource = "{}";
  int64_t ts = 0;  // microseconds since 2000
  std::string status = "created";
};

// A table and its history as the fhir system has them.
class MergeWriterTest : public pg::PgTest {
 protected:
  void SetUp() override {
    pg::PgTest::SetUp();
    if (HasFatalFailure()) return;
    std::string columns =
        "txid bigint NOT NULL, ts timestamptz, cts timestamptz DEFAULT now(), status text, "
        "resource jsonb NOT NULL";
    session().ExecScript("CREATE TABLE " + In("t") + " (id text PRIMARY KEY, " + columns +
                         "); CREATE TABLE " + In("h") + " (id text, " + columns +
                         ", PRIMARY KEY (id, txid))");
  }
  MergeTarget Target(bool history) {
    MergeTarget target;
    target.table = In("t");
    if (history) target.history_table = In("h");
    target.columns = {
        {"id"},
        {"txid"},
        {"ts"},
        {"status", "CASE WHEN stored.status = 'deleted' THEN 'recreated' ELSE 'updated' END"},
        {"resource"}};
    target.key = {"id"};
    target.version_column = "ts";
    return target;
  }
  static RowBatch Batch(const std::vector<Row>& rows) {
    RowBatch batch;
    CopyBinaryEncoder encoder(batch.bytes);
    for (const Row& row : rows) {
      encoder.Tuple(5);
      encoder.Text(row.id);
      encoder.Int8(row.txid);
      encoder.TimestampTz(row.ts);
      encoder.Text(row.status);
      encoder.BeginJsonb();
      encoder.JsonbPiece(row.resource);
      encoder.EndJsonb();
      uint64_t line = batch.rows() + 1;
      batch.positions.push_back({line, line * 100});
    }
    return batch;
  }
  // One object's merge, committed unless it names clashes.
  MergeResult Merge(const std::vector<Row>& rows, MergeOptions options = {}, bool history = false) {
    MergePlan plan = PlanMerge(session(), Target(history), options);
    pg::Transaction tx(session());
    MergeWriter writer(session(), plan);
    writer.Write(Batch(rows));
    MergeResult result = writer.Finish();
    if (result.duplicates.empty() && result.conflicts.empty()) tx.Commit();
    return result;
  }
  MergeCounts Counts(const std::vector<Row>& rows, MergeOptions options = {},
                     bool history = false) {
    return Merge(rows, options, history).counts;
  }
  std::vector<std::string> Rows(const std::string& table) {
    std::vector<std::string> lines;
    pg::Result rows = session().Exec("SELECT concat_ws(' ', id, txid, status, resource) FROM " +
                                     In(table) + " ORDER BY id, txid");
    for (int row = 0; row < rows.rows(); ++row) lines.emplace_back(rows.text(row, 0));
    return lines;
  }
  static MergeCounts Of(uint64_t inserted, uint64_t updated, uint64_t ignored = 0,
                        uint64_t superseded = 0) {
    return {inserted, updated, ignored, superseded};
  }
};

TEST_F(MergeWriterTest, NewRowsAreInsertedAndOldOnesReplaced) {
  for (bool history : {false, true}) {
    session().ExecScript("TRUNCATE " + In("t") + ", " + In("h"));
    EXPECT_EQ(Counts({{"a", 1, "1"}, {"b", 1, "1"}}, {}, history), Of(2, 0));
    EXPECT_EQ(Counts({{"c", 2, "2"}, {"b", 2, "2"}}, {}, history), Of(1, 1));
    EXPECT_THAT(Rows("t"), ElementsAre("a 1 created 1", "b 2 updated 2", "c 2 created 2"));
  }
}

TEST_F(MergeWriterTest, HistoryKeepsWhatWasReplaced) {
  Counts({{"a", 1, "1"}, {"b", 1, "1"}, {"gone", 1, "1", 0, "deleted"}}, {}, true);
  session().Exec("UPDATE " + In("t") + " SET cts = '2001-01-01'");
  EXPECT_EQ(Counts({{"gone", 2, "2"}, {"b", 2, "2"}, {"c", 2, "2"}}, {}, true), Of(1, 2));
  EXPECT_EQ(Counts({{"b", 3, "3"}}, {}, true), Of(0, 1));
  EXPECT_THAT(Rows("t"),
              ElementsAre("a 1 created 1", "b 3 updated 3", "c 2 created 2", "gone 2 recreated 2"));
  EXPECT_THAT(Rows("h"), ElementsAre("b 1 created 1", "b 2 updated 2", "gone 1 deleted 1"));
  // Columns that are not loaded are kept, in both.
  EXPECT_EQ(One("SELECT count(*) FROM " + In("t") + " WHERE cts = '2001-01-01'"), "3");
  EXPECT_EQ(One("SELECT count(*) FROM " + In("h") + " WHERE cts = '2001-01-01'"), "3");
}

TEST_F(MergeWriterTest, NewerComparesVersionsStrictly) {
  for (bool history : {false, true}) {
    session().ExecScript("TRUNCATE " + In("t") + ", " + In("h"));
    Counts({{"older", 1, "1", 10}, {"same", 1, "1", 10}, {"newer", 1, "1", 10}});
    session().Exec("INSERT INTO " + In("t") + " VALUES ('none', 1, NULL, now(), 'created', '1')");
    EXPECT_EQ(Counts({{"older", 2, "2", 9},
                      {"same", 2, "2", 10},
                      {"newer", 2, "2", 11},
                      {"none", 2, "2", 1},
                      {"new", 2, "2", 1}},
                     {.conflict = ConflictPolicy::kNewer}, history),
              Of(1, 2, 2));
    EXPECT_THAT(Rows("t"), ElementsAre("new 2 created 2", "newer 2 updated 2", "none 2 updated 2",
                                       "older 1 created 1", "same 1 created 1"));
  }
  EXPECT_THAT(Rows("h"), ElementsAre("newer 1 created 1", "none 1 created 1"));
}

TEST_F(MergeWriterTest, Promise6WhatTheServerRefusesIsIsolatedAndLeavesNoSavepoint) {
  session().ExecScript("ALTER TABLE " + In("t") + " ADD CHECK (id NOT IN ('b', 'd'))");
  MergePlan plan = PlanMerge(session(), Target(false), {.isolate_max = 5});
  pg::Transaction tx(session());
  MergeWriter writer(session(), plan);
  RowBatch batch = Batch({{"a"}, {"b"}, {"c"}, {"d"}, {"e"}});
  RecordBlock block;
  for (const Position& position : batch.positions) block.records.push_back({"raw", position});
  writer.Write(batch, block);
  EXPECT_EQ(writer.Finish().counts, Of(3, 0));
  std::vector<Reject> isolated = writer.TakeIsolated();
  ASSERT_THAT(isolated, SizeIs(2));
  EXPECT_EQ(isolated[0].position.line, 2u);
  EXPECT_EQ(isolated[1].position.line, 4u);
  EXPECT_EQ(isolated[1].sqlstate, "23514");
  EXPECT_EQ(isolated[1].raw, "raw");
  EXPECT_EQ(pg::ErrorOf([&] { session().ExecScript("RELEASE SAVEPOINT sluice_merge"); }).code(),
            "3B001");
}

TEST_F(MergeWriterTest, IgnoreKeepsWhatIsThere) {
  Counts({{"a", 1, "1"}});
  EXPECT_EQ(Counts({{"a", 2, "2"}, {"b", 2, "2"}}, {.conflict = ConflictPolicy::kIgnore}, true),
            Of(1, 0, 1));
  EXPECT_THAT(Rows("t"), ElementsAre("a 1 created 1", "b 2 created 2"));
  EXPECT_THAT(Rows("h"), IsEmpty());
}

TEST_F(MergeWriterTest, ErrorNamesEachRecordThatIsThere) {
  Counts({{"a"}, {"b"}});
  MergeOptions options{.conflict = ConflictPolicy::kError};
  MergeResult result = Merge({{"c"}, {"b"}, {"d"}, {"a"}}, options);
  ASSERT_THAT(result.conflicts, SizeIs(2));
  EXPECT_EQ(result.conflicts[0].value, "b");
  EXPECT_EQ(result.conflicts[0].first.line, 2u);
  EXPECT_EQ(result.conflicts[1].value, "a");
  EXPECT_EQ(result.conflicts[1].second.byte_offset, 400u);
  EXPECT_THAT(Rows("t"), SizeIs(2));
  EXPECT_EQ(Counts({{"c"}, {"d"}}, options), Of(2, 0));
}

TEST_F(MergeWriterTest, TwoRecordsWithOneKeyAreNamedByTheirLines) {
  MergeResult result = Merge({{"b"}, {"a"}, {"b"}, {"c"}, {"b"}, {"a"}});
  ASSERT_THAT(result.duplicates, SizeIs(3));
  EXPECT_EQ(result.duplicates[0].value, "a");
  EXPECT_EQ(result.duplicates[0].first.line, 2u);
  EXPECT_EQ(result.duplicates[0].second.line, 6u);
  EXPECT_EQ(result.duplicates[2].value, "b");
  EXPECT_EQ(result.duplicates[2].first.line, 1u);
  EXPECT_EQ(result.duplicates[2].second.line, 5u);
  EXPECT_EQ(result.duplicates[2].second.byte_offset, 500u);
  EXPECT_THAT(Rows("t"), IsEmpty());
}

TEST_F(MergeWriterTest, TheFirstOrTheLastOfThemIsKeptByPolicy) {
  std::vector<Row> rows = {{"a", 1, "1"}, {"b", 1, "1"}, {"a", 1, "2"}, {"a", 1, "3"}};
  for (bool history : {false, true}) {
    session().ExecScript("TRUNCATE " + In("t") + ", " + In("h"));
    EXPECT_EQ(Counts(rows, {.on_duplicate = KeepPolicy::kKeepLast}, history), Of(2, 0, 0, 2));
    EXPECT_THAT(Rows("t"), ElementsAre("a 1 created 3", "b 1 created 1"));
    session().ExecScript("TRUNCATE " + In("t"));
    EXPECT_EQ(Counts(rows, {.on_duplicate = KeepPolicy::kKeepFirst}, history), Of(2, 0, 0, 2));
    EXPECT_THAT(Rows("t"), ElementsAre("a 1 created 1", "b 1 created 1"));
  }
}

TEST_F(MergeWriterTest, AnEmptyObjectMergesNothing) { EXPECT_EQ(Counts({}), Of(0, 0)); }

TEST_F(MergeWriterTest, ManyBatchesAreOneMerge) {
  MergePlan plan = PlanMerge(session(), Target(true), {});
  pg::Transaction tx(session());
  MergeWriter writer(session(), plan);
  for (int batch = 0; batch < 50; ++batch) {
    std::vector<Row> rows;
    for (int i = 0; i < 100; ++i) {
      rows.push_back({std::to_string(batch * 100 + i), 1, "\"" + std::string(i * 90u, 'x') + "\""});
    }
    writer.Write(Batch(rows));
  }
  EXPECT_EQ(writer.Finish().counts, Of(5000, 0));
  tx.Commit();
}

TEST_F(MergeWriterTest, ARowThatTheServerRefusesIsNamed) {
  MergePlan plan = PlanMerge(session(), Target(false), {});
  pg::Transaction tx(session());
  MergeWriter writer(session(), plan);
  Error error = pg::ErrorOf([&] {
    writer.Write(Batch({{"a"}, {"b", 1, "{bad"}, {"c"}}));
    writer.Finish();
  });
  EXPECT_EQ(error.code(), "22P02");
  EXPECT_EQ(writer.BlamedRow()->line, 2u);
}

// Sessions that merge the same ids in opposite orders, with new and old ones mixed, over and over.
TEST_F(MergeWriterTest, OppositeOrdersNeverDeadlock) {
  for (bool history : {false, true}) {
    session().ExecScript("TRUNCATE " + In("t"));
    MergePlan plan = PlanMerge(session(), Target(history), {});
    auto work = [&](int worker) {
      pg::Connection connection = Connect();
      for (int round = 0; round < 12; ++round) {
        std::vector<Row> rows;
        for (int i = 0; i < 300; ++i) {
          rows.push_back({std::to_string(round * 150 + i), 1 + worker + round * 10});
        }
        if (worker % 2 == 1) std::ranges::reverse(rows);
        pg::Transaction tx(connection);
        MergeWriter writer(connection, plan);
        writer.Write(Batch(rows));
        MergeCounts counts = writer.Finish().counts;
        EXPECT_EQ(counts.inserted + counts.updated, 300u);
        tx.Commit();
      }
    };
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 3; ++worker) workers.emplace_back(work, worker);
    for (std::jthread& worker : workers) worker.join();
  }
  EXPECT_EQ(One("SELECT count(*) FROM " + In("t")), "1950");
  // However the sessions met, each of the 10,800 rows is there or in the history.
  EXPECT_EQ(One("SELECT count(*) FROM " + In("h")), "8850");
}

// The rows of both sessions are there, and the history has the row that came between.
TEST_F(MergeWriterTest, ARowThatAnotherSessionCommitsMeanwhileGoesIntoTheHistory) {
  MergePlan plan = PlanMerge(session(), Target(true), {});
  pg::Connection other = Connect();
  pg::Connection mine = Connect();
  pg::Transaction tx(other);
  other.Exec("INSERT INTO " + In("t") + " VALUES ('a', 7, now(), now(), 'created', '7')");
  std::jthread merging([&] {
    pg::Transaction my_tx(mine);
    MergeWriter writer(mine, plan);
    writer.Write(Batch({{"a", 8, "8"}}));
    EXPECT_EQ(writer.Finish().counts, Of(0, 1));
    my_tx.Commit();
  });
  WaitUntil([&] {
    return One("SELECT count(*) FROM pg_locks WHERE pid = $1 AND NOT granted",
               {std::to_string(mine.backend_pid())}) == "1";
  });
  tx.Commit();
  merging.join();
  EXPECT_THAT(Rows("t"), ElementsAre("a 8 updated 8"));
  EXPECT_THAT(Rows("h"), ElementsAre("a 7 created 7"));
}

TEST_F(MergeWriterTest, NamesAndKeysOfAnyKindWill) {
  session().ExecScript("CREATE TABLE " + In("\"T x\"") +
                       " (\"B b\" bigint, a text, \"from\" text, UNIQUE (a, \"B b\"))");
  MergeTarget target{In("\"T x\""), {}, {{"a"}, {"B b"}, {"from"}}, {"B b", "a"}, {}};
  MergePlan plan = PlanMerge(session(), target, {});
  auto merge = [&](const char* value) {
    pg::Transaction tx(session());
    MergeWriter writer(session(), plan);
    RowBatch batch;
    CopyBinaryEncoder encoder(batch.bytes);
    encoder.Tuple(3);
    encoder.Text("k");
    encoder.Int8(5);
    encoder.Text(value);
    batch.positions.push_back({1, 0});
    writer.Write(batch);
    MergeCounts counts = writer.Finish().counts;
    tx.Commit();
    return counts;
  };
  EXPECT_EQ(merge("one"), Of(1, 0));
  EXPECT_EQ(merge("two"), Of(0, 1));
  EXPECT_EQ(One("SELECT \"from\" FROM " + In("\"T x\"")), "two");
}

TEST_F(MergeWriterTest, ATableWithoutItsKeyIsRefused) {
  auto refused = [&] {
    Error error = pg::ErrorOf([&] { PlanMerge(session(), Target(false), {}); });
    EXPECT_EQ(error.code(), "upsert-needs-key");
    EXPECT_EQ(error.scope(), Scope::kRun);
    EXPECT_THAT(error.message(), HasSubstr(In("t")));
  };
  session().Exec("ALTER TABLE " + In("t") + " DROP CONSTRAINT t_pkey");
  refused();
  session().Exec("ALTER TABLE " + In("t") + " ADD PRIMARY KEY (id) DEFERRABLE");
  refused();
  session().Exec("CREATE UNIQUE INDEX ON " + In("t") + " (id) WHERE txid > 3");
  refused();
  session().Exec("CREATE UNIQUE INDEX ON " + In("t") + " (id, txid)");
  refused();
  session().Exec("CREATE UNIQUE INDEX ON " + In("t") + " (id)");
  PlanMerge(session(), Target(false), {});
}

TEST_F(MergeWriterTest, EveryErrorPath) {
  MergeTarget target = Target(false);
  target.table = In("nowhere");
  EXPECT_EQ(pg::ErrorOf([&] { PlanMerge(session(), target, {}); }).code(), "no-such-table");
  // A constraint of the table refuses a row that staging took: the transaction can be rolled back.
  session().Exec("ALTER TABLE " + In("t") + " ADD CHECK (txid < 100)");
  EXPECT_EQ(pg::ErrorOf([&] { Merge({{"a", 1}, {"b", 100}}); }).code(), "23514");
  // A load that is given up leaves nothing, and the session goes on.
  MergePlan plan = PlanMerge(session(), Target(false), {});
  {
    pg::Transaction tx(session());
    MergeWriter writer(session(), plan);
    writer.Write(Batch({{"a"}}));
    writer.Abort();
  }
  EXPECT_THAT(Rows("t"), IsEmpty());
  // The session is lost in the middle.
  pg::Connection other = Connect();
  pg::Transaction tx(other);
  MergeWriter writer(other, plan);
  writer.Write(Batch({{"a"}}));
  One("SELECT pg_terminate_backend($1)", {std::to_string(other.backend_pid())});
  EXPECT_EQ(pg::ErrorOf([&] { writer.Finish(); }).retry(), Retry::kLater);
  EXPECT_EQ(Counts({{"a"}}), Of(1, 0));
}

}  // namespace
}  // namespace sluice
