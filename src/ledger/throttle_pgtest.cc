#include "ledger/throttle.h"

#include "base/error.h"
#include "ledger/ledger_testing.h"

namespace sluice {
namespace {

// Rates are so slow that the database's clock, which goes on meanwhile, hardly counts.
class ThrottleTest : public LedgerTest {
 protected:
  Reservation Reserve(pg::Connection& connection, double slots) {
    auto reservation = ReserveSlots(connection, "t", slots);
    EXPECT_TRUE(reservation);
    return reservation.value_or(Reservation{});
  }
  // Seconds by which the throttle's next slot moved.
  double DueAfter(const std::string& due) {
    return std::stod(
        One("SELECT extract(epoch FROM due - $1::timestamptz) FROM sluice.throttle", {due}));
  }
  std::string Due() { return One("SELECT due FROM sluice.throttle"); }
};

TEST_F(ThrottleTest, Promise10AThrottleReservesSlotsForAllWorkersInOneRow) {
  SetThrottle(session(), "t", {.per_second = 0.01, .unit = RateUnit::kObjects});
  pg::Connection other = Connect();
  EXPECT_EQ(Reserve(session(), 1).wait.count(), 0) << "one slot is always at hand";
  std::string due = Due();
  EXPECT_GT(Reserve(other, 1).wait, std::chrono::seconds(50));
  EXPECT_GT(Reserve(session(), 1).wait, std::chrono::seconds(150));
  EXPECT_DOUBLE_EQ(DueAfter(due), 200)
      << "each slot costs its time, whoever takes it, to the digit";
}

TEST_F(ThrottleTest, NeverMoreThanABurstIsReservedAtOnce) {
  SetThrottle(session(), "t", {.per_second = 1000, .unit = RateUnit::kRows});
  Reservation much = Reserve(session(), 1e9);
  EXPECT_EQ(much.slots, 250);
  EXPECT_EQ(much.rate.per_second, 1000);
  EXPECT_EQ(much.rate.unit, RateUnit::kRows);
  EXPECT_EQ(Reserve(session(), 7).slots, 7);
}

TEST_F(ThrottleTest, AnotherRateForgetsWhatTheOldOneOwed) {
  SetThrottle(session(), "t", {.per_second = 1e-6, .unit = RateUnit::kRows});
  Reserve(session(), 1);
  Reserve(session(), 1);
  std::string owed = Due();
  SetThrottle(session(), "t", {.per_second = 1e-6, .unit = RateUnit::kRows});
  EXPECT_EQ(Due(), owed) << "said twice, it is the same rate";
  SetThrottle(session(), "t", {.per_second = 1, .unit = RateUnit::kBytes});
  EXPECT_LE(Reserve(session(), 1).wait.count(), 1000);
  EXPECT_EQ(GetThrottle(session(), "t")->unit, RateUnit::kBytes);
}

TEST_F(ThrottleTest, EveryErrorPath) {
  EXPECT_FALSE(ReserveSlots(session(), "absent", 1));
  EXPECT_FALSE(GetThrottle(session(), "absent"));
  DropThrottle(session(), "absent");
  EXPECT_THROW(SetThrottle(session(), "t", {.per_second = 0}), Error);
  SetThrottle(session(), "t", {.per_second = 1});
  DropThrottle(session(), "t");
  EXPECT_FALSE(ReserveSlots(session(), "t", 1));
}

}  // namespace
}  // namespace sluice
