#include "engine/set_aside.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "ledger/import_ledger.h"
#include "ledger/ledger_testing.h"
#include "pg/transaction.h"
#include "pg/world_testing.h"
#include "table/relation_lock.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;
using testing::Each;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;
using State = PartOutcome::State;

constexpr pg::PartKinds kAll = {.indexes = true, .primary_key = true, .foreign_keys = true};

class SetAsideTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    if (HasFatalFailure()) return;
    session().ExecScript(
        "CREATE TABLE public.parent (id text PRIMARY KEY);"
        "INSERT INTO public.parent VALUES ('p');"
        "ALTER TABLE public.thing ADD parent text DEFAULT 'p' REFERENCES public.parent, ADD n int;"
        "CREATE INDEX thing_n ON public.thing (n) WHERE n > 0;"
        "COMMENT ON CONSTRAINT thing_pkey ON public.thing IS 'the key';"
        "INSERT INTO public.thing (id, txid, n) SELECT i, 0, i FROM generate_series(1, 100) i");
    parent_ = static_cast<uint32_t>(std::stoul(One("SELECT 'public.parent'::regclass::oid")));
    before_ = Catalog();
    Worker();
  }
  std::string Catalog() {
    return One(
        "SELECT string_agg(line, chr(10) ORDER BY line) FROM ("
        "  SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index JOIN pg_class ON oid = indrelid"
        "  WHERE relnamespace = 'public'::regnamespace UNION ALL "
        "  SELECT concat_ws(' ', conname, pg_get_constraintdef(oid), obj_description(oid,"
        "    'pg_constraint')) FROM pg_constraint WHERE connamespace = 'public'::regnamespace) l");
  }
  size_t Take(ImportId import, uint32_t relation, pg::PartKinds kinds = kAll) {
    return TakeHold(session(), import, relation, kinds, "", {}, stop_);
  }
  bool Release(ImportId import, uint32_t relation) {
    return ReleaseHold(session(), import, relation, {}, stop_);
  }
  std::vector<PartOutcome> Restore(uint32_t relation, const RestoreOptions& options = {}) {
    pg::Connection first = Connect();
    return RestoreTable(
        first, [this] { return Connect(); }, relation, options, stop_);
  }
  static auto AllStanding() { return Each(Field(&PartOutcome::state, State::kStanding)); }

  uint32_t parent_ = 0;
  std::string before_;
};

TEST_F(SetAsideTest, TheFirstHoldDropsAndTheLastReleaseRestores) {
  ImportId one = StartedImport("one");
  ImportId two = StartedImport("two");
  EXPECT_EQ(Take(one, relation_), 3u);
  EXPECT_EQ(Take(one, relation_), 0u);
  EXPECT_EQ(Take(two, relation_), 0u);
  EXPECT_THAT(ListSetAside(session(), false), SizeIs(3));
  EXPECT_FALSE(Release(one, relation_));
  EXPECT_THAT(Restore(relation_), IsEmpty());
  EXPECT_TRUE(Release(two, relation_));
  EXPECT_THAT(Restore(relation_), testing::AllOf(SizeIs(3), AllStanding()));
  EXPECT_EQ(Catalog(), before_);
  EXPECT_THAT(ListSetAside(session(), false), IsEmpty());
  EXPECT_THAT(Restore(relation_), IsEmpty());
}

TEST_F(SetAsideTest, KindsThatASecondImportAddsAreDroppedToo) {
  ImportId one = StartedImport("one");
  ImportId two = StartedImport("two");
  EXPECT_EQ(Take(one, relation_, {.indexes = true}), 1u);
  EXPECT_EQ(Take(two, relation_, {.primary_key = true}), 1u);
  Release(two, relation_);
  EXPECT_TRUE(Release(one, relation_));
  EXPECT_THAT(Restore(relation_), SizeIs(2));
  EXPECT_EQ(Catalog(), before_);
}

TEST_F(SetAsideTest, WhoeverComesNextRestoresWhatAKilledProcessLeft) {
  ImportId import = StartedImport();
  Take(import, relation_);
  EXPECT_THAT(FindTablesToRestore(session()), IsEmpty());
  session().Exec("UPDATE sluice.worker SET seen_at = now() - interval '1 hour'");
  std::vector<AsideTable> tables = FindTablesToRestore(session());
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_THAT(Restore(tables[0].relation), AllStanding());
  EXPECT_EQ(Catalog(), before_);
  EXPECT_EQ(One("SELECT count(*) FROM sluice.hold"), "0");
  // The import that is resumed takes its hold again.
  EXPECT_EQ(Take(import, relation_), 3u);
}

TEST_F(SetAsideTest, AFailedImportRestoresToo) {
  ImportId import = StartedImport();
  Take(import, relation_);
  FailImport(session(), import, Fault("no-bucket", "gone"));
  ASSERT_THAT(FindTablesToRestore(session()), SizeIs(1));
  EXPECT_THAT(Restore(relation_), AllStanding());
  EXPECT_EQ(Catalog(), before_);
}

TEST_F(SetAsideTest, TablesThatReferToEachOtherComeBackInAnyOrder) {
  ImportId import = StartedImport();
  for (bool parent_first : {true, false}) {
    EXPECT_EQ(Take(import, parent_), 2u);  // its key and the foreign key that needs it
    EXPECT_EQ(Take(import, relation_), 2u);
    uint32_t first = parent_first ? parent_ : relation_;
    uint32_t second = parent_first ? relation_ : parent_;
    EXPECT_TRUE(Release(import, first));
    EXPECT_THAT(Restore(first), AllStanding());
    EXPECT_TRUE(Release(import, second));
    EXPECT_THAT(Restore(second), AllStanding());
    EXPECT_EQ(Catalog(), before_);
  }
}

// Another client, which knows nothing of all this, writes all the while.
TEST_F(SetAsideTest, AnotherClientWritesMeanwhileAndNothingFails) {
  std::atomic<bool> done = false;
  std::jthread client([&] {
    pg::Connection connection = Connect("0");
    for (int i = 1000; !done; ++i) {
      connection.Exec("INSERT INTO public.thing (id, n) VALUES ($1, 1)", {std::to_string(i)});
    }
  });
  for (int round = 0; round < 3; ++round) {
    ImportId one = StartedImport("one");
    ImportId two = StartedImport("two");
    std::jthread first([&] {
      pg::Connection connection = Connect();
      TakeHold(connection, one, relation_, kAll, "", {}, stop_);
    });
    std::jthread second([&] {
      pg::Connection connection = Connect();
      TakeHold(connection, two, relation_, kAll, "", {}, stop_);
    });
    first.join();
    second.join();
    EXPECT_FALSE(Release(one, relation_));
    EXPECT_TRUE(Release(two, relation_));
    EXPECT_THAT(Restore(relation_), AllStanding());
  }
  done = true;
  client.join();
  EXPECT_EQ(Catalog(), before_);
}

TEST_F(SetAsideTest, ARestoreWhoseSessionsDieIsFinishedByTheNext) {
  session().Exec(
      "CREATE FUNCTION public.slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
      "$$BEGIN RETURN i; END$$");
  session().Exec("CREATE INDEX thing_slow ON public.thing (public.slow(n))");
  std::string before = Catalog();
  ImportId import = StartedImport();
  Take(import, relation_);
  Release(import, relation_);
  session().Exec(
      "CREATE OR REPLACE FUNCTION public.slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
      "$$BEGIN PERFORM pg_catalog.pg_sleep(0.05); RETURN i; END$$");
  std::optional<Error> error;
  std::jthread restorer([&] { error = pg::ErrorOf([&] { Restore(relation_); }); });
  Deadline deadline = Deadline::After(std::chrono::seconds(20));
  // Of this database: the server builds indexes for other tests too.
  while (One("SELECT count(*) FROM pg_stat_progress_create_index "
             "WHERE datname = current_database()") == "0") {
    ASSERT_FALSE(deadline.passed());
  }
  EXPECT_TRUE(RelationLock::IsHeld(session(), relation_));
  session().Exec(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
      "datname = current_database() AND backend_type = 'client backend'");
  restorer.join();
  EXPECT_NE(error->retry(), Retry::kNever);
  session().Exec(
      "CREATE OR REPLACE FUNCTION public.slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
      "$$BEGIN RETURN i; END$$");
  EXPECT_THAT(FindTablesToRestore(session()), SizeIs(1));
  EXPECT_THAT(Restore(relation_), AllStanding());
  EXPECT_EQ(Catalog(), before);
}

TEST_F(SetAsideTest, DuplicatesAreResolvedAndTheKeyComesBack) {
  ImportId import = StartedImport();
  WorkerId worker = Worker();
  Take(import, relation_);
  Enqueue(session(), import, Page(1), ChangedPolicy::kError, "");
  Receipt receipt = LoadRows(session(), MustClaim(session(), ClaimBy(import, worker)), "v1", 1);
  std::string txid = std::to_string(receipt.txid);
  session().Exec("INSERT INTO public.thing (id, txid) VALUES ('7', $1)", {txid});
  EXPECT_TRUE(Release(import, relation_));
  RestoreOptions options;
  options.txid_column = "txid";
  std::vector<PartOutcome> outcomes = Restore(relation_, options);
  auto key = std::ranges::find(outcomes, State::kDuplicates, &PartOutcome::state);
  ASSERT_NE(key, outcomes.end());
  EXPECT_EQ(key->duplicates.rows.size(), 2u);
  EXPECT_THAT(ListFlawed(session()), SizeIs(1));
  std::vector<std::string> deleted;
  WithPatience(session(), {}, Deadline::After(std::chrono::minutes(1)), stop_, "", [&] {
    ResolveDuplicates(session(), key->part, "txid", KeepPolicy::kKeepFirst,
                      CurrentTxids(session(), relation_),
                      [&](pg::Connection&, std::span<const DuplicateRow> rows) {
                        for (const DuplicateRow& row : rows) deleted.push_back(row.value);
                      });
  });
  EXPECT_THAT(deleted, testing::ElementsAre("7"));
  EXPECT_THAT(Restore(relation_, options), AllStanding());
  EXPECT_EQ(Catalog(), before_);
  EXPECT_THAT(ListFlawed(session()), IsEmpty());
}

TEST_F(SetAsideTest, EveryErrorPath) {
  ImportId import = StartedImport();
  LockPatience brief{milliseconds(5), milliseconds(10), milliseconds(30)};
  pg::Connection other = Connect();
  // The table is in use for too long: nothing is dropped, recorded or held.
  {
    pg::Transaction tx(other);
    other.Exec("SELECT count(*) FROM public.thing");
    EXPECT_EQ(
        pg::ErrorOf([&] { TakeHold(session(), import, relation_, kAll, "", brief, stop_); }).code(),
        "55P03");
  }
  EXPECT_EQ(Catalog(), before_);
  EXPECT_EQ(One("SELECT count(*) FROM sluice.hold"), "0");
  EXPECT_THAT(ListSetAside(session(), true), IsEmpty());
  // A restore is under way.
  {
    RelationLock lock(other, relation_, stop_, Deadline::After(milliseconds(0)));
    EXPECT_EQ(
        pg::ErrorOf([&] { TakeHold(session(), import, relation_, kAll, "", brief, stop_); }).code(),
        "restore-under-way");
  }
  // What depends on a part is named, and nothing is held.
  EXPECT_EQ(pg::ErrorOf([&] { Take(import, parent_, {.primary_key = true}); }).code(),
            "set-aside-refused");
  EXPECT_EQ(One("SELECT count(*) FROM sluice.hold"), "0");
}

}  // namespace
}  // namespace sluice
