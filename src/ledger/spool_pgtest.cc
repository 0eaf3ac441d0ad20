#include "ledger/spool.h"

#include <gmock/gmock.h>

#include "base/digest.h"
#include "ledger/import_ledger.h"
#include "ledger/ledger_testing.h"
#include "object/spool_name.h"

namespace sluice {
namespace {

using std::chrono::seconds;

constexpr char kUpload[] = "0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11";

class SpoolLedgerTest : public LedgerTest {
 protected:
  static ObjectRef Ref(const std::string& name, const std::string& etag) {
    return {std::string(kSpoolStore), kUpload, name, etag};
  }
  // A whole object of two pieces.
  int64_t Have(const std::string& name, const std::string& etag = "e1") {
    int64_t id = BeginSpoolObject(session(), kUpload, name, 0);
    AppendSpoolPiece(session(), id, 0, std::string("a\0b", 3));
    AppendSpoolPiece(session(), id, 1, "rest");
    FinishSpoolObject(session(), id, Ref(name, etag), 2);
    return id;
  }
  void Sweep(int pieces = 100) {
    SweepSpool(
        session(),
        {.broken_after = seconds(60), .abandoned_after = seconds(3600), .pieces_max = pieces});
  }
  void Age(int64_t id, const std::string& interval) {
    session().Exec(
        "UPDATE sluice.spool_object SET touched_at = touched_at - $2::interval "
        "WHERE id = $1",
        {std::to_string(id), interval});
  }
  std::string Pieces() { return One("SELECT count(*) FROM sluice.spool_piece"); }
  std::vector<std::string> Names(const std::string& prefix = "") {
    std::vector<std::string> names;
    for (const SpoolRow& row : ListSpoolObjects(session(), kUpload, prefix, "", 100)) {
      names.push_back(row.stat.ref.key);
    }
    return names;
  }
  void Put(ImportId import, const std::vector<NewJob>& jobs) {
    Enqueue(session(), import, jobs, ChangedPolicy::kError, "");
  }
  NewJob JobFor(const std::string& name, const std::string& etag = "e1") {
    NewJob job{.target = "fhir:public.thing", .label = "Thing", .object = {}, .only_at = ""};
    job.object.ref = Ref(name, etag);
    job.object.size_bytes = 7;
    return job;
  }
};

TEST_F(SpoolLedgerTest, AnObjectIsFoundOnceItIsWhole) {
  int64_t id = BeginSpoolObject(session(), kUpload, "in/a", 7);
  AppendSpoolPiece(session(), id, 0, "12345");
  EXPECT_FALSE(FindSpoolObject(session(), kUpload, "in/a"));
  EXPECT_THAT(Names(), testing::IsEmpty());
  ObjectStat stat = FinishSpoolObject(session(), id, Ref("in/a", "e"), 1);
  EXPECT_EQ(stat.size_bytes, 5u);
  auto found = FindSpoolObject(session(), kUpload, "in/a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->stat.ref.etag, "e");
  EXPECT_EQ(found->stat.size_bytes, 5u);
  EXPECT_EQ(ToString(found->stat.ref), std::string("spool://") + kUpload + "/in/a");
  EXPECT_EQ(ReadSpoolPiece(session(), id, 0), "12345");
  EXPECT_EQ(ReadSpoolPiece(session(), id, 1), std::nullopt);
}

TEST_F(SpoolLedgerTest, BytesComeBackAsTheyWere) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  int64_t id = BeginSpoolObject(session(), kUpload, "x", 0);
  AppendSpoolPiece(session(), id, 0, all);
  EXPECT_EQ(ReadSpoolPiece(session(), id, 0), all);
}

TEST_F(SpoolLedgerTest, ALaterObjectOfTheSameNameTakesItsPlace) {
  int64_t old = Have("a");
  Have("a", "e2");
  EXPECT_EQ(FindSpoolObject(session(), kUpload, "a")->stat.ref.etag, "e2");
  EXPECT_EQ(ReadSpoolPiece(session(), old, 0), std::nullopt) << "nobody reads half of each";
  Sweep();
  EXPECT_EQ(Pieces(), "2");
}

TEST_F(SpoolLedgerTest, WhatNoImportTookStaysForItsTime) {
  int64_t id = Have("a");
  Age(id, "59 minutes");
  Sweep();
  EXPECT_THAT(Names(), testing::ElementsAre("a"));
  Age(id, "2 minutes");
  Sweep();
  EXPECT_THAT(Names(), testing::IsEmpty());
  EXPECT_EQ(Pieces(), "0");
  EXPECT_FALSE(IsSpoolUploadKnown(session(), kUpload));
}

TEST_F(SpoolLedgerTest, WhatWasBrokenOffGoesSooner) {
  int64_t id = BeginSpoolObject(session(), kUpload, "a", 0);
  AppendSpoolPiece(session(), id, 0, "half");
  Sweep();
  EXPECT_EQ(Pieces(), "1");
  Age(id, "2 minutes");
  Sweep();
  EXPECT_EQ(Pieces(), "0");
}

TEST_F(SpoolLedgerTest, WhatWasLoadedGoesWithItsImport) {
  Have("a");
  Have("b");
  ImportId import = StartedImport();
  WorkerId worker = Worker();
  Put(import, {JobFor("a"), JobFor("b")});
  MarkListed(session(), import);
  for (int i = 0; i < 2; ++i) {
    Job job = MustClaim(session(), ClaimBy(import, worker));
    Sweep();
    EXPECT_EQ(Names().size(), 2u) << "while the import runs, all of it stays";
    LoadRows(session(), job, "e1");
  }
  Sweep();
  EXPECT_EQ(Names().size(), 2u) << "until it is over";
  ASSERT_TRUE(CompleteImport(session(), import));
  Sweep();
  EXPECT_THAT(Names(), testing::IsEmpty());
  EXPECT_EQ(Pieces(), "0");
  EXPECT_TRUE(IsSpoolUploadKnown(session(), kUpload)) << "asked again, it is known as loaded";
}

TEST_F(SpoolLedgerTest, WhatFailedStaysToBeRetried) {
  Have("a");
  ImportId import = StartedImport();
  WorkerId worker = Worker();
  Put(import, {JobFor("a")});
  MarkListed(session(), import);
  Job job = MustClaim(session(), ClaimBy(import, worker));
  SettleFailed(session(), job, {.error = Fault("json-syntax", "bad")}, std::nullopt);
  ASSERT_TRUE(CompleteImport(session(), import));
  Sweep();
  EXPECT_THAT(Names(), testing::ElementsAre("a"));
  session().Exec("UPDATE sluice.import SET finished_at = finished_at - interval '2 hours'");
  Sweep();
  EXPECT_THAT(Names(), testing::IsEmpty());
}

TEST_F(SpoolLedgerTest, ACancelledImportNeedsNothing) {
  Have("a");
  ImportId import = StartedImport();
  Put(import, {JobFor("a")});
  EXPECT_EQ(DropSpoolUpload(session(), kUpload), 0u) << "an import needs it";
  CancelImport(session(), import);
  Sweep();
  EXPECT_THAT(Names(), testing::IsEmpty());
}

TEST_F(SpoolLedgerTest, AnotherVersionThanTheLoadedStays) {
  Have("a", "e2");
  ImportId import = StartedImport();
  WorkerId worker = Worker();
  Put(import, {JobFor("a", "e1")});
  MarkListed(session(), import);
  LoadRows(session(), MustClaim(session(), ClaimBy(import, worker)), "e1");
  ASSERT_TRUE(CompleteImport(session(), import));
  Sweep();
  EXPECT_THAT(Names(), testing::ElementsAre("a"));
}

TEST_F(SpoolLedgerTest, LargeBodiesGoInSeveralSweeps) {
  Have("a");
  EXPECT_EQ(DropSpoolUpload(session(), kUpload), 1u);
  EXPECT_EQ(DropSpoolUpload(session(), kUpload), 0u);
  Sweep(1);
  EXPECT_EQ(Pieces(), "1");
  EXPECT_GT(MeasureSpool(session()), 0u);
  Sweep(1);
  Sweep(1);
  EXPECT_EQ(Pieces(), "0");
  EXPECT_EQ(MeasureSpool(session()), 0u);
}

TEST_F(SpoolLedgerTest, EveryErrorPath) {
  auto code = [](auto call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.retry(), Retry::kNever);
      EXPECT_NE(error.remedy(), "");
      return error.code();
    }
    return std::string("none");
  };
  int64_t id = BeginSpoolObject(session(), kUpload, "a", 0);
  EXPECT_EQ(code([&] { AppendSpoolPiece(session(), id, 1, "x"); }), "upload-lost");
  EXPECT_EQ(code([&] { AppendSpoolPiece(session(), id + 1, 0, "x"); }), "upload-lost");
  AppendSpoolPiece(session(), id, 0, "x");
  EXPECT_EQ(code([&] { FinishSpoolObject(session(), id, Ref("a", "e"), 2); }), "upload-lost");
  DropSpoolObject(session(), id);
  EXPECT_EQ(code([&] { FinishSpoolObject(session(), id, Ref("a", "e"), 1); }), "upload-lost");
}

}  // namespace
}  // namespace sluice
