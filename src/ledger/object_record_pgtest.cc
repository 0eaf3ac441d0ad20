#include "ledger/object_record.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "ledger/ledger_testing.h"

namespace sluice {
namespace {

using ::testing::ElementsAre;

class ObjectRecordTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    import_ = StartedImport();
    worker_ = Worker();
  }

  Enqueued List(ImportId import, int objects, const std::string& etag = "v1") {
    Enqueued seen = Enqueue(session(), import, Page(objects, etag), ChangedPolicy::kKeep, "");
    MarkListed(session(), import);
    return seen;
  }
  Job Claimed() { return MustClaim(session(), ClaimBy(import_, worker_)); }
  void LoadOne() { LoadRows(session(), Claimed(), "v1"); }
  void KillOne() {
    Error error(Origin::kPostgres, "23505", "line 2, byte 9: duplicate");
    SettleFailed(session(), Claimed(), {.error = error, .position = Position{2, 9}}, {});
  }

  ObjectRecordPage Find(ObjectRecordFilter filter = {}, uint64_t limit = 100, uint64_t offset = 0) {
    filter.system = "fhir";
    return FindObjectRecords(session(), filter, limit, offset);
  }
  // A filter with this one field.
  template <class Field>
  static ObjectRecordFilter With(Field ObjectRecordFilter::*field,
                                 const std::type_identity_t<Field>& value) {
    ObjectRecordFilter filter;
    filter.*field = value;
    return filter;
  }
  std::vector<std::string> Keys(const ObjectRecordPage& page) {
    std::vector<std::string> keys;
    for (const ObjectRecord& record : page.records) {
      keys.push_back(record.object.key + " " + std::string(ToString(record.state)));
    }
    return keys;
  }

  ImportId import_;
  WorkerId worker_;
};

TEST_F(ObjectRecordTest, EachObjectHasOneRecordWhicheverImportsHadIt) {
  List(import_, 2);
  LoadOne();
  LoadOne();
  List(StartedImport("another"), 3);
  EXPECT_THAT(Keys(Find()), ElementsAre("key-0 done", "key-1 done", "key-2 pending"));
  EXPECT_EQ(Find().records[0].records_loaded, 3u);
  EXPECT_THAT(ImportsFrom(session(), "fhir", "s3://bucket/"), testing::IsEmpty());
}

TEST_F(ObjectRecordTest, FiltersAndPages) {
  List(import_, 5);
  LoadOne();
  KillOne();
  EXPECT_THAT(Keys(Find(With(&ObjectRecordFilter::states, {JobState::kDead, JobState::kDone}))),
              ElementsAre("key-0 done", "key-1 dead"));
  EXPECT_THAT(Keys(Find(With(&ObjectRecordFilter::key_prefix, "key-3"))),
              ElementsAre("key-3 pending"));
  EXPECT_EQ(Find(With(&ObjectRecordFilter::labels, {"Thing"})).total, 5u);
  EXPECT_EQ(Find(With(&ObjectRecordFilter::labels, {"Other"})).total, 0u);
  EXPECT_EQ(Find(With(&ObjectRecordFilter::store_prefix, "https://")).total, 5u);
  EXPECT_EQ(Find(With(&ObjectRecordFilter::bucket, "")).total, 0u);
  ObjectRecordPage page = Find({}, 2, 4);
  EXPECT_EQ(page.total, 5u);
  EXPECT_THAT(Keys(page), ElementsAre("key-4 pending"));
  EXPECT_EQ(Find({}, 2, 6).total, 5u);
  JobId id = Find().records[3].id;
  EXPECT_THAT(Keys(Find(With(&ObjectRecordFilter::id, id))), ElementsAre("key-3 pending"));
  EXPECT_THAT(CountObjectRecords(session(), With(&ObjectRecordFilter::system, "fhir")),
              ElementsAre(testing::Pair(JobState::kPending, 3u), testing::Pair(JobState::kDone, 1u),
                          testing::Pair(JobState::kDead, 1u)));
}

TEST_F(ObjectRecordTest, WhatAFailedImportLeftUnloadedHasItsError) {
  List(import_, 2);
  LoadOne();
  FailImport(session(), import_, Error(Origin::kAws, "InvalidAccessKeyId", "no such key"));
  ObjectRecordPage page = Find();
  EXPECT_THAT(Keys(page), ElementsAre("key-0 done", "key-1 dead"));
  EXPECT_EQ(page.records[1].error_code, "InvalidAccessKeyId");
  EXPECT_EQ(page.records[1].error_origin, "aws");
}

TEST_F(ObjectRecordTest, AForgottenObjectHasNoRecordUntilItIsListedAgain) {
  List(import_, 2);
  LoadOne();
  KillOne();
  ASSERT_TRUE(CompleteImport(session(), import_));
  for (const ObjectRecord& record : Find().records) ForgetRecord(session(), record);
  EXPECT_EQ(Find().total, 0u);
  EXPECT_EQ(CountForgotten(session(), import_), 2u);
  ASSERT_TRUE(StartImport(session(), import_));
  EXPECT_EQ(List(import_, 2).to_load, 0u);
  EXPECT_EQ(CountForgotten(session(), import_), 0u);
  EXPECT_THAT(Keys(Find()), ElementsAre("key-0 pending", "key-1 pending"));
}

TEST_F(ObjectRecordTest, UnderKeepAKnownObjectStaysAsItIsWhateverItsEtag) {
  List(import_, 3);
  LoadOne();
  KillOne();
  Enqueued again = List(import_, 4, "v2");
  EXPECT_EQ(again.to_load, 1u);
  EXPECT_EQ(again.changed, 2u);
  EXPECT_THAT(Keys(Find()),
              ElementsAre("key-0 done", "key-1 dead", "key-2 pending", "key-3 pending"));
  Enqueued elsewhere = List(StartedImport("another"), 1, "v2");
  EXPECT_EQ(elsewhere.to_load, 0u);
  EXPECT_EQ(elsewhere.changed, 1u);
}

}  // namespace
}  // namespace sluice
