#include "engine/database.h"

#include "base/error.h"
#include "ledger/ledger_testing.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

class DatabaseTest : public LedgerTest {
 protected:
  Database With(const std::string& parameters) {
    return {{.url = url() + parameters,
             .application_name = "sluice test",
             .silence_max = milliseconds(4000),
             .away_max = milliseconds(1)},
            stop_};
  }
  static std::string Setting(pg::Connection& connection, const std::string& name) {
    return std::string(connection.Exec("SHOW " + name).text(0, 0));
  }
};

// The claim of the outbox is the barrier behind all loads before it: whatever a role or a URL says
// of synchronous_commit, what claims is flushed.
TEST_F(DatabaseTest, Promise7TheLedgersCommitsAreFlushedWhateverTheServerIsToldByDefault) {
  Database database = With("&options=-csynchronous_commit%3Doff");
  pg::Connection control = database.Connect(Database::Use::kControl);
  EXPECT_EQ(Setting(control, "synchronous_commit"), "on");
  pg::Connection load = database.Connect(Database::Use::kLoad);
  EXPECT_EQ(Setting(load, "synchronous_commit"), "off");
}

TEST_F(DatabaseTest, AWaitForALockEndsBeforeTheServerCountsAsSilent) {
  Database database = With("");
  pg::Connection control = database.Connect(Database::Use::kControl);
  EXPECT_EQ(Setting(control, "lock_timeout"), "2s");
}

TEST_F(DatabaseTest, EveryErrorPath) {
  Database nowhere({.url = "postgresql:///none?host=/nowhere",
                    .application_name = "sluice test",
                    .silence_max = milliseconds(4000),
                    .away_max = milliseconds(1)},
                   stop_);
  try {
    nowhere.ConnectPatiently(Database::Use::kLoad);
    FAIL() << "connected to nowhere";
  } catch (const Error& error) {
    EXPECT_EQ(error.scope(), Scope::kRun);
    EXPECT_EQ(error.retry(), Retry::kLater);
  }
}

}  // namespace
}  // namespace sluice
