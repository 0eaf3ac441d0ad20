#include "ledger/call.h"

#include "base/digest.h"
#include "base/error.h"
#include "ledger/inspect.h"
#include "ledger/ledger_testing.h"
#include "pg/transaction.h"
#include "pg/world_testing.h"

namespace sluice {
namespace {

class CallTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    import_ = StartedImport();
    worker_ = Worker();
    Enqueue(session(), import_, Page(2), ChangedPolicy::kReload, "");
    job_ = MustClaim(session(), ClaimBy(import_, worker_));
  }

  CallIntent Intent(const std::string& user = "fred") {
    return {.subject = user, .etag = "v1", .version = "", .token = RandomUuid()};
  }
  CallId Begin() {
    std::optional<CallId> begun = BeginCall(session(), {&job_, Intent()});
    EXPECT_TRUE(begun);
    return begun.value_or(CallId{});
  }
  std::string StateOf(CallId call) {
    return One("SELECT state FROM sluice.call WHERE id = $1", {std::to_string(call.value)});
  }
  std::string JobState() {
    return One("SELECT state FROM sluice.job WHERE id = $1", {std::to_string(job_.id.value)});
  }
  // The job's worker vanished, and another has the job.
  void LoseLease() {
    session().Exec("UPDATE sluice.job SET lease_token = gen_random_uuid() WHERE id = $1",
                   {std::to_string(job_.id.value)});
  }
  bool Done(CallId call) {
    return SettleCallDone(session(), {&job_, call, "v1", "image-1"}, CallRelation(session()),
                          {"tag", "Indexed=True", false});
  }
  // A call about each object of the page.
  void BeginTwo() {
    Job second = MustClaim(session(), ClaimBy(import_, worker_));
    jobs_ = {job_, second};
    const NewCall calls[] = {{&jobs_[0], Intent()}, {&jobs_[1], Intent("wilma")}};
    for (std::optional<CallId> begun : BeginCalls(session(), calls)) {
      ASSERT_TRUE(begun);
      calls_.push_back(*begun);
    }
  }
  bool SettleTwo() {
    const DoneCall done[] = {{&jobs_[0], calls_[0], "v1", "image-1"},
                             {&jobs_[1], calls_[1], "v2", ""}};
    return SettleCallsDone(session(), done, CallRelation(session()),
                           {"tag", "Indexed=True", false});
  }
  std::string Count(const std::string& what) { return One("SELECT count(*) FROM sluice." + what); }

  ImportId import_;
  WorkerId worker_;
  Job job_;
  std::vector<Job> jobs_;
  std::vector<CallId> calls_;
};

TEST_F(CallTest, Promise7TheIntentIsThereBeforeTheOutcome) {
  CallId call = Begin();
  pg::Connection other = Connect();
  std::optional<OpenCall> open = FindTold(other, job_).open;
  ASSERT_TRUE(open);
  EXPECT_EQ(open->id, call);
  EXPECT_EQ(open->intent.subject, "fred");
  EXPECT_FALSE(open->under_way) << "it is this job's own";
}

TEST_F(CallTest, WhatHappenedIsSettledWithReceiptAndMarkAtOnce) {
  CallId call = Begin();
  EXPECT_TRUE(Done(call));
  EXPECT_EQ(StateOf(call), "done");
  EXPECT_EQ(JobState(), "done");
  EXPECT_EQ(One("SELECT kind || ' ' || argument FROM sluice.outbox"), "tag Indexed=True");
  Told now = FindTold(session(), job_);
  ASSERT_TRUE(now.receipt);
  EXPECT_EQ(now.receipt->etag, "v1");
  EXPECT_FALSE(now.open);
  std::vector<CallRow> told =
      ListCalls(session(), {.import = import_, .subject = "", .state = "", .object = {}}, {}, 10);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].result, "image-1");
}

TEST_F(CallTest, OneObjectHasOneOpenCallWhicheverImportsWantIt) {
  CallId call = Begin();
  ImportId second = StartedImport("other scope");
  Enqueue(session(), second, Page(1), ChangedPolicy::kReload, "");
  Job same = MustClaim(session(), ClaimBy(second, worker_));
  EXPECT_FALSE(BeginCall(session(), {&same, Intent()}));
  std::optional<OpenCall> open = FindTold(session(), same).open;
  ASSERT_TRUE(open);
  EXPECT_TRUE(open->under_way);
  EXPECT_TRUE(BeginCall(session(), {&same, Intent()}, call, "repeated")) << "in its stead";
  EXPECT_EQ(StateOf(call), "repeated");
}

TEST_F(CallTest, ARepeatThatIsPutOffDoesNotForgetWhatItRepeats) {
  CallIntent intent = Intent();
  std::optional<CallId> first = BeginCall(session(), {&job_, intent});
  ASSERT_TRUE(first);
  std::optional<CallId> second = BeginCall(session(), {&job_, intent}, *first, "repeated");
  ASSERT_TRUE(second);
  EXPECT_TRUE(SettleCallLater(session(), job_, *second, Fault("HTTP429", "slow down"),
                              std::chrono::milliseconds(0)));
  std::optional<OpenCall> open = FindTold(session(), job_).open;
  ASSERT_TRUE(open) << "the first may have happened";
  EXPECT_TRUE(open->put_off);
  EXPECT_EQ(open->intent.token, intent.token);
}

TEST_F(CallTest, APassingFaultOfTheOtherSystemCountsNoAttempt) {
  CallId call = Begin();
  EXPECT_TRUE(SettleCallLater(session(), job_, call, Fault("HTTP429", "slow down"),
                              std::chrono::milliseconds(0)));
  EXPECT_EQ(StateOf(call), "later");
  EXPECT_EQ(JobState(), "pending");
  EXPECT_EQ(One("SELECT max(attempts) FROM sluice.job"), "0");
}

TEST_F(CallTest, OthersThatWentThroughMeanwhileAreSeen) {
  SettleCallFailed(session(), job_, Begin(), "later", Fault("x", "y"),
                   std::chrono::milliseconds(0));
  EXPECT_FALSE(OthersWentThrough(session(), job_));
  Job first = job_;
  job_ = MustClaim(session(), ClaimBy(import_, worker_));
  if (job_.id == first.id) job_ = MustClaim(session(), ClaimBy(import_, worker_));
  EXPECT_TRUE(Done(Begin()));
  EXPECT_TRUE(OthersWentThrough(session(), first));
}

TEST_F(CallTest, WhoeverNamesAnObjectLetsAnUncertainCallBeMadeAgain) {
  CallId call = Begin();
  EXPECT_TRUE(SettleCallFailed(session(), job_, call, "uncertain", Fault("call-uncertain", "?"),
                               std::nullopt));
  EXPECT_EQ(JobState(), "dead");
  EXPECT_EQ(RetryImport(session(), import_), 1u);
  EXPECT_EQ(StateOf(call), "uncertain") << "to retry all is not to say that it did not happen";
  session().Exec(
      "UPDATE sluice.job SET state = 'running', lease_token = gen_random_uuid(), "
      "lease_until = now() WHERE state = 'pending' AND id = $1",
      {std::to_string(job_.id.value)});
  session().Exec(
      "UPDATE sluice.job SET state = 'dead', lease_token = NULL, lease_until = NULL, "
      "finished_at = now(), error_code = 'call-uncertain' WHERE id = $1",
      {std::to_string(job_.id.value)});
  pg::Transaction tx(session());
  EXPECT_EQ(RetryObject(session(), {"", job_.object.ref.bucket, job_.object.ref.key}), 1u)
      << "also where the caller has a transaction open";
  tx.Commit();
  EXPECT_EQ(StateOf(call), "repeated");
  EXPECT_EQ(JobState(), "pending");
}

TEST_F(CallTest, HistoryIsFoundByUserObjectAndState) {
  SettleCallFailed(session(), job_, Begin(), "refused", Fault("UserAlreadyExists", "twice"),
                   std::nullopt);
  auto count = [&](CallFilter filter) { return ListCalls(session(), filter, {}, 10).size(); };
  EXPECT_EQ(count({.import = {}, .subject = "fred", .state = "", .object = {}}), 1u);
  EXPECT_EQ(count({.import = {}, .subject = "wilma", .state = "", .object = {}}), 0u);
  EXPECT_EQ(count({.import = {}, .subject = "", .state = "refused", .object = {}}), 1u);
  EXPECT_EQ(count({.import = {}, .subject = "", .state = "done", .object = {}}), 0u);
  EXPECT_EQ(
      count({.import = {}, .subject = "", .state = "", .object = {"", "", job_.object.ref.key}}),
      1u);
  EXPECT_EQ(TallyCalls(session(), import_), (std::map<std::string, uint64_t>{{"refused", 1}}));
}

TEST_F(CallTest, WhyObjectsWereNotTakenIsCounted) {
  EXPECT_TRUE(SettleSkipped(session(), job_, "has no user", {}, {}));
  EXPECT_EQ(TallyReasons(session(), import_),
            (std::map<std::string, uint64_t>{{"has no user", 1}}));
}

TEST_F(CallTest, SeveralAreBegunAndSettledAtOnce) {
  BeginTwo();
  EXPECT_EQ(One("SELECT string_agg(subject, ' ' ORDER BY job_id) FROM sluice.call"), "fred wilma");
  EXPECT_TRUE(SettleTwo());
  EXPECT_EQ(Count("call WHERE state = 'done'"), "2");
  EXPECT_EQ(Count("call WHERE result = 'image-1'"), "1");
  EXPECT_EQ(Count("receipt WHERE state = 'current' AND records_loaded = 1"), "2");
  EXPECT_EQ(Count("job WHERE state = 'done' AND receipt_id IS NOT NULL AND records_read = 1"), "2");
  EXPECT_EQ(Count("outbox WHERE kind = 'tag' AND etag IN ('v1', 'v2')"), "2");
}

TEST_F(CallTest, OfSeveralOnlyThoseAreBegunThatMayBe) {
  CallId open = Begin();
  Job second = MustClaim(session(), ClaimBy(import_, worker_));
  const NewCall calls[] = {{&job_, Intent()}, {&second, Intent()}};
  std::vector<std::optional<CallId>> begun = BeginCalls(session(), calls);
  ASSERT_EQ(begun.size(), 2u);
  EXPECT_FALSE(begun[0]) << "one is open";
  ASSERT_TRUE(begun[1]);
  EXPECT_NE(*begun[1], open);
}

TEST_F(CallTest, WhatIsKnownOfAnObjectIsLookedAtBeforeACallIsBegun) {
  auto begins_unasked = [&] {
    const NewCall call{&job_, Intent()};
    return BeginCalls(session(), {&call, 1}).front().has_value();
  };
  EXPECT_TRUE(SettleCallLater(session(), job_, Begin(), Fault("HTTP429", "slow down"),
                              std::chrono::milliseconds(0)));
  job_ = MustClaim(session(), ClaimBy(import_, worker_));
  EXPECT_FALSE(begins_unasked()) << "one was put off, perhaps one that must keep its token";
  CallId asked = Begin();
  session().Exec("UPDATE sluice.call SET state = 'done', ended_at = now() WHERE id = $1",
                 {std::to_string(asked.value)});
  session().Exec("DELETE FROM sluice.call WHERE state = 'later'");
  EXPECT_TRUE(begins_unasked()) << "of other versions";
  session().Exec("UPDATE sluice.call SET state = 'done', ended_at = now() WHERE state = 'sent'");
  session().Exec(
      "INSERT INTO sluice.receipt (target, relation, store, bucket, key, etag, import_id, job_id) "
      "SELECT target, 1, store, bucket, key, 'v1', import_id, id FROM sluice.job WHERE id = $1",
      {std::to_string(job_.id.value)});
  EXPECT_FALSE(begins_unasked()) << "this version was told of";
}

TEST_F(CallTest, SeveralAreSettledAllOrNone) {
  BeginTwo();
  LoseLease();
  EXPECT_FALSE(SettleTwo());
  EXPECT_EQ(Count("call WHERE state = 'sent'"), "2");
  EXPECT_EQ(Count("receipt"), "0");
  EXPECT_EQ(Count("outbox"), "0");
  EXPECT_EQ(Count("job WHERE state = 'running'"), "2");
}

TEST_F(CallTest, WhatSettlesSeveralHoldsNobodyUp) {
  BeginTwo();
  pg::Connection other = Connect();
  pg::Transaction holds(other);
  other.Exec("SELECT FROM sluice.job WHERE id = $1 FOR UPDATE",
             {std::to_string(jobs_[1].id.value)});
  EXPECT_EQ(pg::ErrorOf([&] { SettleTwo(); }).code(), "55P03");
  EXPECT_EQ(Count("call WHERE state = 'sent'"), "2");
}

TEST_F(CallTest, ANewVersionTakesThePlaceOfTheOneThatWasTold) {
  EXPECT_TRUE(Done(Begin()));
  session().Exec("UPDATE sluice.receipt SET etag = 'v0'");
  session().Exec(
      "UPDATE sluice.job SET state = 'pending', receipt_id = NULL, finished_at = NULL "
      "WHERE state = 'done'");
  job_ = MustClaim(session(), ClaimBy(import_, worker_));
  CallId call = Begin();
  LoseLease();
  EXPECT_FALSE(Done(call));
  EXPECT_EQ(StateOf(call), "sent") << "the receipt is another version's";
  session().Exec("UPDATE sluice.job SET lease_token = $2 WHERE id = $1",
                 {std::to_string(job_.id.value), job_.lease_token});
  EXPECT_TRUE(Done(call));
  EXPECT_EQ(One("SELECT string_agg(etag || ' ' || state, ', ' ORDER BY id) FROM sluice.receipt"),
            "v0 superseded, v1 current");
}

TEST_F(CallTest, WhatTurnsOutToHaveHappenedBearsNoError) {
  CallId call = Begin();
  session().Exec(
      "UPDATE sluice.call SET state = 'uncertain', error_code = 'HTTP502', error_message = '?', "
      "ended_at = now()");
  EXPECT_TRUE(Done(call));
  EXPECT_EQ(Count("call WHERE state = 'done' AND error_code IS NULL AND error_message IS NULL"),
            "1");
}

TEST_F(CallTest, WhatWasToldTwiceIsKnownByItsReceipt) {
  CallId call = Begin();
  session().Exec(
      "INSERT INTO sluice.receipt (target, relation, store, bucket, key, etag, import_id, job_id) "
      "SELECT target, 1, store, bucket, key, 'v1', import_id, id FROM sluice.job WHERE id = $1",
      {std::to_string(job_.id.value)});
  EXPECT_TRUE(Done(call));
  EXPECT_EQ(StateOf(call), "done");
  EXPECT_EQ(JobState(), "skipped");
}

TEST_F(CallTest, EveryErrorPath) {
  CallId call = Begin();
  EXPECT_FALSE(BeginCall(session(), {&job_, Intent()})) << "one is open";
  LoseLease();
  EXPECT_FALSE(SettleCallFailed(session(), job_, call, "refused", Fault("x", "y"), std::nullopt));
  EXPECT_FALSE(SettleCallLater(session(), job_, call, Fault("x", "y"), std::chrono::seconds(1)));
  EXPECT_FALSE(Done(call));
  EXPECT_EQ(StateOf(call), "sent") << "whoever has the job now finds it";
  EXPECT_FALSE(IsCallState("pending"));
  session().Exec("UPDATE sluice.call SET state = 'done', ended_at = now()");
  EXPECT_THROW(session().Exec("UPDATE sluice.call SET state = 'sent', ended_at = NULL"), Error);
}

}  // namespace
}  // namespace sluice
