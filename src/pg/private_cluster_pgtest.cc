#include "pg/private_cluster.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "pg/connection.h"
#include "pg/postmaster.h"
#include "pg/world_testing.h"

namespace fs = std::filesystem;

namespace sluice::pg {
namespace {

using testing::HasSubstr;

fs::path NewPlace() {
  char pattern[] = "/tmp/sluice-cluster.XXXXXX";
  fs::path place = mkdtemp(pattern);
  // The server's user, who is not root, has to pass.
  chmod(place.c_str(), 0711);
  return place;
}

// `cp -a`, which keeps owners and modes.
void Copy(const fs::path& from, const fs::path& to) {
  ASSERT_EQ(std::system(fmt::format("cp -a '{}' '{}'", from.string(), to.string()).c_str()), 0);
}

class PrivateClusterTest : public testing::Test {
 protected:
  static void TearDownTestSuite() { fs::remove_all(made); }
  void SetUp() override {
    place_ = NewPlace();
    root_ = place_ / "pg";
  }
  void TearDown() override {
    PrivateCluster(root_).Stop(true);
    fs::remove_all(place_);
  }
  // A cluster that was made once for all tests, for those that are not about initdb; quick, as
  // nothing here has to survive the machine.
  PrivateCluster MadeCluster() {
    if (made.empty()) {
      made = NewPlace();
      PrivateCluster cluster(made / "pg");
      cluster.Start();
      cluster.Stop(false);
      std::ofstream(made / "pg/local.conf") << "fsync = off\n";
    }
    Copy(made / "pg", root_);
    return PrivateCluster(root_);
  }
  std::string One(const std::string& sql) {
    Stop unrequested;
    Connection connection = Connection::Open({.url = PrivateCluster(root_).url()}, unrequested);
    return std::string(connection.Exec(sql).text(0, 0));
  }
  // In a process of its own, as another sluice; what it returned, or 128 + the signal that ended
  // it.
  static int InAnotherProcess(const std::function<int()>& action) {
    pid_t child = fork();
    if (child == 0) {
      int status = 99;
      try {
        status = action();
      } catch (const std::exception& error) {
        fprintf(stderr, "%s\n", error.what());
      }
      _exit(status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  fs::path place_;
  fs::path root_;

 private:
  static inline fs::path made;
};

TEST_F(PrivateClusterTest, ItStartsOnceAnswersAndStops) {
  PrivateCluster cluster(root_);
  EXPECT_FALSE(cluster.running());
  EXPECT_FALSE(cluster.Stop(false));
  EXPECT_TRUE(cluster.Start());
  EXPECT_TRUE(cluster.running());
  EXPECT_FALSE(cluster.Start());
  EXPECT_EQ(One("SELECT current_user || ' ' || current_database()"), "sluice sluice");
  EXPECT_EQ(One("SHOW listen_addresses"), "");
  EXPECT_EQ(One("SHOW fsync"), "on");
  EXPECT_EQ(One("SHOW wal_level"), "minimal");
  EXPECT_EQ(One("SHOW server_encoding"), "UTF8");
  EXPECT_EQ(One("SELECT bool_and(auth_method = 'peer') FROM pg_hba_file_rules"), "t");
  struct stat status {};
  ASSERT_EQ(stat((root_ / "socket").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
  EXPECT_TRUE(cluster.Stop(false));
  EXPECT_FALSE(cluster.running());
  EXPECT_TRUE(cluster.Start()) << "and starts again on the same data";
}

TEST_F(PrivateClusterTest, ItOutlivesTheProcessThatStartedIt) {
  PrivateCluster cluster = MadeCluster();
  EXPECT_EQ(InAnotherProcess([&] {
              PrivateCluster(root_).Start();
              return raise(SIGKILL);
            }),
            128 + SIGKILL);
  EXPECT_TRUE(cluster.running());
  EXPECT_FALSE(cluster.Start());
  EXPECT_EQ(One("SELECT 1"), "1");
}

TEST_F(PrivateClusterTest, ItStartsAgainAfterACrash) {
  PrivateCluster cluster = MadeCluster();
  cluster.Start();
  std::optional<pid_t> server = FindPostmaster(root_ / "data");
  ASSERT_TRUE(server);
  kill(*server, SIGKILL);
  EXPECT_TRUE(cluster.Start());
  EXPECT_EQ(One("SELECT 1"), "1");
}

TEST_F(PrivateClusterTest, AStalePidFileWithAnInnocentProcessInItIsNoObstacle) {
  PrivateCluster cluster = MadeCluster();
  // The number of a living process of the server's user that is no server; started before boot.
  pid_t innocent = fork();
  if (innocent == 0) {
    struct stat data {};
    stat((root_ / "data").c_str(), &data);
    if (geteuid() == 0 && setuid(data.st_uid) != 0) _exit(1);
    for (;;) pause();
  }
  std::string pid_file = std::to_string(innocent) + "\n" + (root_ / "data").string() + "\n1000\n";
  std::ofstream(root_ / "data/postmaster.pid") << pid_file;
  EXPECT_FALSE(cluster.running());
  EXPECT_FALSE(cluster.Stop(false));
  EXPECT_TRUE(cluster.Start());
  EXPECT_EQ(kill(innocent, SIGKILL), 0) << "it was never touched";
  int status = 0;
  waitpid(innocent, &status, 0);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(PrivateClusterTest, ProcessesThatStartItAtOnceStartItOnce) {
  std::atomic<int> started{0};
  std::vector<std::thread> processes;
  for (int i = 0; i < 4; ++i) {
    processes.emplace_back([&] {
      PrivateCluster cluster(root_);
      if (cluster.Start()) ++started;
      EXPECT_EQ(One("SELECT 1"), "1");
    });
  }
  for (std::thread& process : processes) process.join();
  EXPECT_EQ(started, 1);
}

TEST_F(PrivateClusterTest, ALongPathGetsAShortSocket) {
  root_ = place_ / (std::string(100, 'x') + ", odd % #");
  PrivateCluster cluster = MadeCluster();
  EXPECT_TRUE(cluster.Start());
  EXPECT_EQ(One("SELECT 1"), "1");
  fs::path sockets = One("SELECT trim(both '\"' from current_setting('unix_socket_directories'))");
  EXPECT_THAT(sockets.string(), HasSubstr("/tmp/sluice-"));
  cluster.Stop(false);
  fs::remove_all(sockets);
}

TEST_F(PrivateClusterTest, AnOrdinaryUserHasOneToo) {
  if (geteuid() != 0) return;  // then all the other tests are that
  passwd* nobody = getpwnam("nobody");
  ASSERT_TRUE(nobody);
  fs::path home = place_ / "home";
  mkdir(home.c_str(), 0700);
  ASSERT_EQ(chown(home.c_str(), nobody->pw_uid, nobody->pw_gid), 0);
  EXPECT_EQ(InAnotherProcess([&] {
              if (setgid(nobody->pw_gid) != 0 || setuid(nobody->pw_uid) != 0) return 90;
              setenv("HOME", home.c_str(), 1);
              unsetenv("XDG_DATA_HOME");
              root_ = PrivateCluster::DefaultRoot();
              PrivateCluster cluster(root_);
              if (!cluster.Start()) return 91;
              if (One("SELECT 1") != "1") return 92;
              return cluster.Stop(false) ? 0 : 93;
            }),
            0);
  EXPECT_TRUE(fs::exists(home / ".local/share/sluice/pg/data/PG_VERSION"));
}

TEST_F(PrivateClusterTest, AnAdministratorsSettingsAreKept) {
  PrivateCluster cluster = MadeCluster();
  std::ofstream(root_ / "local.conf") << "work_mem = 9MB\n";
  cluster.Start();
  EXPECT_EQ(One("SHOW work_mem"), "9MB");
}

TEST_F(PrivateClusterTest, EveryErrorPath) {
  PrivateCluster cluster = MadeCluster();
  std::ofstream(root_ / "local.conf") << "no_such_setting = 1\n";
  Error broken = ErrorOf([&] { cluster.Start(); });
  EXPECT_EQ(broken.code(), "cluster-start");
  EXPECT_EQ(broken.scope(), Scope::kRun);
  EXPECT_THAT(broken.what(), HasSubstr("no_such_setting"));
  fs::remove(root_ / "local.conf");

  PrivateCluster unquotable(place_ / "$(reboot)");
  EXPECT_EQ(ErrorOf([&] { unquotable.Start(); }).code(), "cluster-unsafe");
  EXPECT_FALSE(fs::exists(unquotable.root()));

  chmod(root_.c_str(), 0777);
  EXPECT_EQ(ErrorOf([&] { cluster.Start(); }).code(), "cluster-unsafe");
  chmod(root_.c_str(), 0711);
  chmod((root_ / "socket").c_str(), 0755);
  EXPECT_EQ(ErrorOf([&] { cluster.Start(); }).code(), "cluster-unsafe");
  chmod((root_ / "socket").c_str(), 0700);

  std::ofstream(root_ / "data/PG_VERSION") << "9\n";
  Error missing = ErrorOf([&] { cluster.Start(); });
  EXPECT_EQ(missing.code(), "postgres-missing");
  EXPECT_THAT(missing.remedy(), HasSubstr("postgresql-9"));
  std::ofstream(root_ / "data/PG_VERSION") << "15\n";

  if (geteuid() == 0) {
    chmod(place_.c_str(), 0700);
    Error closed = ErrorOf([&] { cluster.Start(); });
    EXPECT_EQ(closed.code(), "cluster-unsafe");
    EXPECT_THAT(closed.what(), HasSubstr("postgres may not enter"));
    chmod(place_.c_str(), 0711);
  }
  EXPECT_TRUE(cluster.Start()) << "all faults were mended";
}

}  // namespace
}  // namespace sluice::pg
