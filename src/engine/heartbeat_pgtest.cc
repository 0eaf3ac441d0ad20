#include "engine/heartbeat.h"

#include "ledger/ledger_testing.h"
#include "pg/transaction.h"
#include "pg/world_testing.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

using HeartbeatTest = LedgerTest;

TEST_F(HeartbeatTest, IsLateWhileTheDatabaseTakesNoBeatAndNotAfterwards) {
  Database database({.url = url(),
                     .application_name = "sluice test",
                     .silence_max = milliseconds(300000),
                     .away_max = milliseconds(30000)},
                    stop_);
  WorkerId worker = Worker();
  Heartbeat heartbeat(database, worker, milliseconds(2000));
  EXPECT_FALSE(heartbeat.late());
  {
    pg::Transaction tx(session());
    session().Exec("LOCK TABLE sluice.worker IN ACCESS EXCLUSIVE MODE");
    EXPECT_TRUE(pg::Comes([&] { return heartbeat.late(); }));
  }
  EXPECT_TRUE(pg::Comes([&] { return !heartbeat.late(); }));
}

}  // namespace
}  // namespace sluice
