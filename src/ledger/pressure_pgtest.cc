#include "ledger/pressure.h"

#include "base/error.h"
#include "ledger/ledger_testing.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

class PressureTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    import_ = StartedImport();
    first_ = Worker("here", 1);
    second_ = Worker("there", 2);
  }
  ImportId import_;
  WorkerId first_, second_;
};

TEST_F(PressureTest, OneWorkerLeadsUntilItNoLongerLooks) {
  SetPressure(session(), import_, 10, {milliseconds(200), milliseconds(800)});
  EXPECT_TRUE(LookAtPressure(session(), import_, first_)->leading);
  EXPECT_FALSE(LookAtPressure(session(), import_, second_)->leading);
  EXPECT_TRUE(LookAtPressure(session(), import_, first_)->leading);
  session().Exec("UPDATE sluice.pressure SET leader_until = '-infinity'");
  EXPECT_TRUE(LookAtPressure(session(), import_, second_)->leading);
  EXPECT_FALSE(LookAtPressure(session(), import_, first_)->leading);
}

TEST_F(PressureTest, TheTimesAreEveryWorkersAndCountFromWhenTheyWereSet) {
  SetPressure(session(), import_, 10, {milliseconds(200), milliseconds(800)});
  session().Exec("UPDATE sluice.pressure SET began = began - interval '1 hour'");
  EXPECT_GE(LookAtPressure(session(), import_, first_)->age, std::chrono::hours(1));
  SetPaceTimes(session(), import_, {milliseconds(300), milliseconds(700)}, 12.5, "why");
  PressureView view = LookAtPressure(session(), import_, second_).value();
  EXPECT_EQ(view.max_percent, 10);
  EXPECT_EQ(view.times.open.count(), 300);
  EXPECT_EQ(view.times.shut.count(), 700);
  EXPECT_LT(view.age, std::chrono::hours(1));
  EXPECT_EQ(One("SELECT percent || ' ' || cause FROM sluice.pressure"), "12.5 why");
  SetPressure(session(), import_, 20, {milliseconds(200), milliseconds(800)});
  EXPECT_EQ(LookAtPressure(session(), import_, first_)->times.open.count(), 300)
      << "another limit does not begin anew";
}

// Other tests' sessions on the same server may be seen as well, so only lower bounds hold.
TEST_F(PressureTest, OthersTransactionsAreSeenAndOnesOwnSessionIsNot) {
  pg::Connection other = Connect();
  other.Exec("BEGIN");
  other.Exec("SELECT 1");
  ActivitySample sample = SampleActivity(session());
  EXPECT_GE(sample.others, 1);
  EXPECT_EQ(sample.hidden, 0) << "a superuser sees all";
  EXPECT_GE(ReplayLag(session()).count(), 0);
}

TEST_F(PressureTest, EveryErrorPath) {
  EXPECT_FALSE(LookAtPressure(session(), import_, first_));
  EXPECT_THROW(SetPressure(session(), import_, 0, {milliseconds(1), milliseconds(1)}), Error);
  EXPECT_THROW(SetPressure(session(), import_, 101, {milliseconds(1), milliseconds(1)}), Error);
  EXPECT_THROW(SetPressure(session(), import_, 10, {milliseconds(0), milliseconds(1)}), Error);
  SetPressure(session(), import_, 10, {milliseconds(1), milliseconds(0)});
  DropPressure(session(), import_);
  EXPECT_FALSE(LookAtPressure(session(), import_, first_));
}

}  // namespace
}  // namespace sluice
