#include "ledger/set_aside_ledger.h"

#include <gmock/gmock.h>

#include "ledger/import_ledger.h"
#include "ledger/ledger_testing.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr pg::PartKinds kIndexes = {.indexes = true};

class SetAsideLedgerTest : public LedgerTest {
 protected:
  // A part of public.thing with everything filled in.
  pg::TablePart Key() {
    pg::TablePart part;
    part.kind = pg::PartKind::kPrimaryKey;
    part.relation = relation_;
    part.schema = "public";
    part.table = "thing";
    part.name = "thing_pkey";
    part.index_definition = "CREATE UNIQUE INDEX thing_pkey ON public.thing USING btree (id)";
    part.constraint_definition = "PRIMARY KEY (id) DEFERRABLE";
    part.tablespace = "fast";
    part.comment = "it's a key";
    part.constraint_comment = "ä";
    part.clustered = true;
    part.replica_identity = true;
    part.keys = "id, lower(name)";
    part.predicate = "(id > 3)";
    part.nulls_equal = true;
    return part;
  }
  // A foreign key from public.thing to the table.
  pg::TablePart ForeignKeyTo(uint32_t referenced) {
    pg::TablePart part;
    part.kind = pg::PartKind::kForeignKey;
    part.relation = relation_;
    part.referenced = referenced;
    part.schema = "public";
    part.table = "thing";
    part.name = "thing_fkey";
    part.constraint_definition = "FOREIGN KEY (id) REFERENCES public.other(id)";
    return part;
  }
  uint32_t MakeTable(const std::string& name) {
    session().Exec("CREATE TABLE " + name + " (id text)");
    return static_cast<uint32_t>(std::stoul(One("SELECT $1::regclass::oid", {name})));
  }
  void Record(const pg::TablePart& part) { RecordAside(session(), std::vector{part}); }
  bool Release(ImportId import, uint32_t relation) {
    pg::Transaction tx(session());
    bool last = ReleaseHoldRow(session(), import, relation);
    tx.Commit();
    return last;
  }
  std::vector<std::string> ToRestore() {
    std::vector<std::string> names;
    for (const AsideTable& table : FindTablesToRestore(session())) names.push_back(table.name);
    return names;
  }
};

TEST_F(SetAsideLedgerTest, APartComesBackAsItWasRecorded) {
  Record(Key());
  EXPECT_THAT(RestorableParts(session(), relation_), ElementsAre(Key()));
  pg::TablePart plain = ForeignKeyTo(MakeTable("public.other"));
  Record(plain);
  EXPECT_THAT(RestorableParts(session(), relation_), ElementsAre(Key(), plain));
}

TEST_F(SetAsideLedgerTest, TheLastReleaseRestores) {
  ImportId one = StartedImport("one");
  ImportId two = StartedImport("two");
  Worker();
  TakeHoldRow(session(), one, relation_, kIndexes, "");
  TakeHoldRow(session(), one, relation_, {.primary_key = true}, "");
  TakeHoldRow(session(), two, relation_, kIndexes, "");
  EXPECT_EQ(One("SELECT indexes AND primary_key FROM sluice.hold WHERE import_id = $1",
                {std::to_string(one.value)}),
            "t");
  Record(Key());
  EXPECT_TRUE(IsHeld(session(), relation_));
  EXPECT_THAT(RestorableParts(session(), relation_), IsEmpty());
  EXPECT_FALSE(Release(one, relation_));
  EXPECT_FALSE(Release(one, relation_));
  EXPECT_TRUE(Release(two, relation_));
  EXPECT_FALSE(IsHeld(session(), relation_));
}

TEST_F(SetAsideLedgerTest, NothingAsideMeansNothingToRestore) {
  ImportId import = StartedImport();
  TakeHoldRow(session(), import, relation_, kIndexes, "");
  EXPECT_FALSE(Release(import, relation_));
}

TEST_F(SetAsideLedgerTest, AHoldCountsOnlyWhileSomebodyWorksOnItsImport) {
  ImportId import = StartedImport();
  TakeHoldRow(session(), import, relation_, kIndexes, "");
  Record(Key());
  EXPECT_THAT(ToRestore(), ElementsAre("public.thing"));
  WorkerId worker = Worker();
  EXPECT_THAT(ToRestore(), IsEmpty());
  // A worker of another import does not count, one of any does.
  session().Exec("UPDATE sluice.worker SET import_id = 77");
  EXPECT_THAT(ToRestore(), ElementsAre("public.thing"));
  session().Exec("UPDATE sluice.worker SET import_id = NULL");
  session().Exec("UPDATE sluice.worker SET seen_at = now() - interval '1 hour'");
  EXPECT_THAT(ToRestore(), ElementsAre("public.thing"));
  // A lease does.
  Enqueue(session(), import, Page(1), ChangedPolicy::kError, "");
  MustClaim(session(), ClaimBy(import, worker));
  EXPECT_THAT(ToRestore(), IsEmpty());
  DropDeadHolds(session(), relation_);
  EXPECT_TRUE(IsHeld(session(), relation_));
  session().Exec("UPDATE sluice.job SET lease_until = now() - interval '1 second'");
  EXPECT_THAT(ToRestore(), ElementsAre("public.thing"));
  DropDeadHolds(session(), relation_);
  EXPECT_EQ(One("SELECT count(*) FROM sluice.hold"), "0");
}

TEST_F(SetAsideLedgerTest, AFinishedImportHoldsNothing) {
  Worker();
  ImportId failed = StartedImport("failed");
  ImportId cancelled = StartedImport("cancelled");
  TakeHoldRow(session(), failed, relation_, kIndexes, "");
  TakeHoldRow(session(), cancelled, relation_, kIndexes, "");
  EXPECT_TRUE(IsHeld(session(), relation_));
  FailImport(session(), failed, Fault("no-bucket", "gone"));
  EXPECT_TRUE(IsHeld(session(), relation_));
  CancelImport(session(), cancelled);
  EXPECT_FALSE(IsHeld(session(), relation_));
}

TEST_F(SetAsideLedgerTest, AForeignKeyWaitsForBothItsTables) {
  uint32_t other = MakeTable("public.other");
  Worker();
  ImportId import = StartedImport();
  pg::TablePart foreign_key = ForeignKeyTo(other);
  Record(foreign_key);
  TakeHoldRow(session(), import, other, kIndexes, "");
  EXPECT_THAT(RestorableParts(session(), relation_), IsEmpty());
  EXPECT_TRUE(Release(import, other));
  EXPECT_THAT(RestorableParts(session(), other), ElementsAre(foreign_key));
  EXPECT_THAT(RestorableParts(session(), relation_), ElementsAre(foreign_key));
  // While the other table's key is aside, only its restore brings the foreign key.
  pg::TablePart key = Key();
  key.relation = other;
  key.table = "other";
  Record(key);
  EXPECT_THAT(RestorableParts(session(), relation_), IsEmpty());
  EXPECT_THAT(RestorableParts(session(), other), SizeIs(2));
}

TEST_F(SetAsideLedgerTest, TheRecordTellsTheRestore) {
  Record(Key());
  MarkRestoreStarted(session(), Key());
  EXPECT_EQ(ListSetAside(session(), false).at(0).restore_ms, std::nullopt);
  MarkRestored(session(), Key(), nullptr);
  EXPECT_THAT(ListSetAside(session(), false), IsEmpty());
  SetAsideRow row = ListSetAside(session(), true).at(0);
  EXPECT_EQ(row.part, Key());
  EXPECT_EQ(row.state, "standing");
  EXPECT_FALSE(row.aside_at.empty() || row.restore_start.empty() || row.restore_end.empty());
  EXPECT_GE(row.restore_ms, 0);
  // Put aside again, the record begins anew.
  Record(Key());
  row = ListSetAside(session(), false).at(0);
  EXPECT_EQ(row.restore_end, "");
}

TEST_F(SetAsideLedgerTest, FlawsAreListedUntilTheyAreGone) {
  Record(Key());
  MarkRestoreFailed(session(), Key(), Fault("23505", "two rows"));
  EXPECT_EQ(ListFlawed(session()).at(0).error_message, "two rows");
  EXPECT_EQ(ListFlawed(session()).at(0).state, "aside");
  MarkRestoreStarted(session(), Key());
  MarkRestored(session(), Key(), nullptr);
  EXPECT_THAT(ListFlawed(session()), IsEmpty());
}

TEST_F(SetAsideLedgerTest, AForeignKeyIsAFlawUntilSomebodyValidatesIt) {
  pg::TablePart foreign_key = ForeignKeyTo(MakeTable("public.other"));
  Record(foreign_key);
  session().Exec("ALTER TABLE public.other ADD PRIMARY KEY (id)");
  session().Exec(
      "ALTER TABLE public.thing ADD CONSTRAINT thing_fkey FOREIGN KEY (id) REFERENCES public.other "
      "NOT VALID");
  Error flaw = Fault("foreign-key-violated", "3 rows");
  MarkRestored(session(), foreign_key, &flaw);
  EXPECT_EQ(ListFlawed(session()).at(0).state, "standing");
  session().Exec("ALTER TABLE public.thing VALIDATE CONSTRAINT thing_fkey");
  EXPECT_THAT(ListFlawed(session()), IsEmpty());
}

TEST_F(SetAsideLedgerTest, AHoldEndsWithTheLastObjectOfItsTarget) {
  ImportId import = StartedImport();
  WorkerId worker = Worker();
  TakeHoldRow(session(), import, relation_, kIndexes, "fhir:public.thing");
  EXPECT_THAT(FinishedHolds(session(), import), IsEmpty()) << "more may be listed";
  Enqueue(session(), import, Page(1), ChangedPolicy::kError, "");
  EXPECT_EQ(IncomingBytes(session(), import, "fhir:public.thing", 8), std::nullopt);
  MarkListed(session(), import);
  EXPECT_THAT(FinishedHolds(session(), import), IsEmpty());
  EXPECT_EQ(IncomingBytes(session(), import, "fhir:public.thing", 8), 1000u);
  EXPECT_EQ(IncomingBytes(session(), import, "fhir:public.other", 8), 0u);
  EXPECT_TRUE(LoadsInto(session(), import, "public.thing"));
  EXPECT_FALSE(LoadsInto(session(), import, "public.other"));
  LoadRows(session(), MustClaim(session(), ClaimBy(import, worker)), "v1");
  EXPECT_THAT(FinishedHolds(session(), import), ElementsAre(relation_));
  EXPECT_FALSE(CompleteImport(session(), import)) << "its table is held";
  Release(import, relation_);
  EXPECT_TRUE(CompleteImport(session(), import));
}

TEST_F(SetAsideLedgerTest, AHoldByHandLastsUntilItIsReleased) {
  TakeHoldRow(session(), kByHand, relation_, kIndexes, "");
  Record(Key());
  EXPECT_THAT(TablesHeldBy(session(), kByHand), ElementsAre(relation_));
  EXPECT_THAT(ToRestore(), IsEmpty());
  EXPECT_THAT(KeysAside(session(), relation_), ElementsAre("thing_pkey"));
  EXPECT_TRUE(Release(kByHand, relation_));
  EXPECT_THAT(ToRestore(), ElementsAre("public.thing"));
}

TEST_F(SetAsideLedgerTest, ATableThatIsGoneIsForgotten) {
  ImportId import = StartedImport();
  uint32_t other = MakeTable("public.other");
  TakeHoldRow(session(), import, relation_, kIndexes, "");
  Record(Key());
  Record(ForeignKeyTo(other));
  session().Exec("DROP TABLE public.other");
  EXPECT_THAT(ToRestore(), ElementsAre("public.thing"));
  EXPECT_THAT(ListSetAside(session(), true), SizeIs(1));
  session().Exec("DROP TABLE public.thing");
  EXPECT_THAT(ToRestore(), IsEmpty());
  EXPECT_THAT(ListSetAside(session(), true), IsEmpty());
  EXPECT_EQ(One("SELECT count(*) FROM sluice.hold"), "0");
}

TEST_F(SetAsideLedgerTest, TxidsOfCurrentReceiptsAreOurs) {
  ImportId import = StartedImport();
  WorkerId worker = Worker();
  Enqueue(session(), import, Page(2), ChangedPolicy::kError, "");
  Job job = MustClaim(session(), ClaimBy(import, worker));
  Receipt receipt = LoadRows(session(), job, "v1");
  EXPECT_THAT(CurrentTxids(session(), relation_), ElementsAre(receipt.txid));
  session().Exec("UPDATE sluice.receipt SET state = 'forgotten'");
  EXPECT_THAT(CurrentTxids(session(), relation_), IsEmpty());
}

TEST_F(SetAsideLedgerTest, EveryErrorPath) {
  // The database refuses what is no part.
  pg::TablePart half = Key();
  half.index_definition.clear();
  EXPECT_THROW(Record(half), Error);
  pg::TablePart lost = ForeignKeyTo(0);
  EXPECT_THROW(Record(lost), Error);
  EXPECT_THROW(pg::ParsePartKind("view"), Error);
}

}  // namespace
}  // namespace sluice
