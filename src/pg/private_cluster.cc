#include "pg/private_cluster.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/log.h"
#include "base/stop.h"
#include "pg/cluster_config.h"
#include "pg/connection.h"
#include "pg/postgres_programs.h"
#include "pg/postmaster.h"
#include "pg/private_directory.h"
#include "pg/server_user.h"

namespace fs = std::filesystem;

namespace sluice::pg {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Recovery after a crash replays up to max_wal_size, and a shutdown writes all dirty buffers:
// minutes.
constexpr minutes kSettleMax{10};
// Between its first breath and its first answer, and between its last answer and its end.
constexpr seconds kSilenceMax{60};
constexpr milliseconds kLook{50};
// Backends of a server that was killed end by themselves, but the next one has to wait for them.
constexpr seconds kOrphansMax{15};

Error StartError(std::string message) {
  return Fault("cluster-start", std::move(message)).With(Scope::kRun);
}

// One process at a time starts or stops the cluster.
class ClusterLock {
 public:
  explicit ClusterLock(const fs::path& file)
      : fd_(open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) {
    if (fd_ < 0) throw StartError(fmt::format("cannot open {}", file.string()));
    Deadline deadline = Deadline::After(kSettleMax + kOrphansMax);
    while (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      if (deadline.passed()) {
        close(fd_);
        throw StartError(
            "another sluice has been starting or stopping the private PostgreSQL for "
            "minutes");
      }
      usleep(milliseconds(kLook).count() * 1000);
    }
  }
  ~ClusterLock() { close(fd_); }
  ClusterLock(const ClusterLock&) = delete;
  ClusterLock& operator=(const ClusterLock&) = delete;

 private:
  int fd_;
};

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (unsigned char c : text) {
    bool plain = std::isalnum(c) || c == '/' || c == '-' || c == '_' || c == '.';
    encoded += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return encoded;
}

// The version that made the data, if there are data.
std::optional<int> MajorOf(const fs::path& data) {
  int major = 0;
  std::ifstream(data / "PG_VERSION") >> major;
  return major > 0 ? std::optional<int>(major) : std::nullopt;
}

PostgresPrograms Programs(const fs::path& data) {
  const char* path = std::getenv("PATH");
  return FindPostgres(MajorOf(data), "/usr/lib/postgresql", path ? path : "");
}

// pg_ctl starts the server through a shell, with the paths between double quotes.
void RefuseUnquotable(const fs::path& root) {
  if (root.native().find_first_of("\"$`\\\n") == std::string::npos) return;
  throw Fault("cluster-unsafe",
              fmt::format("{} has a character that pg_ctl cannot quote", root.string()))
      .With(Scope::kRun)
      .Remedy("Choose another place with XDG_DATA_HOME.");
}

// For pg_ctl's -o, which a shell reads.
std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted += '\'';
}

}  // namespace

PrivateCluster::PrivateCluster(const fs::path& root)
    : root_(fs::weakly_canonical(fs::absolute(root))), data_(root_ / "data") {}

fs::path PrivateCluster::DefaultRoot() {
  auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value ? value : "");
  };
  // Relative paths there are invalid and to be ignored: the XDG base directory specification.
  if (fs::path data_home = variable("XDG_DATA_HOME"); data_home.is_absolute()) {
    return data_home / "sluice/pg";
  }
  if (geteuid() == 0) return "/var/lib/sluice/pg";
  if (fs::path home = variable("HOME"); home.is_absolute()) return home / ".local/share/sluice/pg";
  throw Fault("cluster-unsafe", "there is no place for a private PostgreSQL: HOME is not set")
      .With(Scope::kRun)
      .Remedy("Set HOME or XDG_DATA_HOME, or name a database with --into.");
}

bool PrivateCluster::Start() try {
  if (Probe() == State::kUp) return false;
  ServerUser user = ServerUser::Choose();
  // Before anything is made, so that nothing is left where it cannot work.
  RefuseUnquotable(root_);
  Programs(data_);
  MakeRoot(root_, user);
  ClusterLock lock(root_ / "lock");
  State state = ProbeUntilSettled();
  bool start = state == State::kDown;
  if (start) {
    Initialize(user);
    WriteConfiguration(user);
    StartServer(user);
    state = ProbeUntilSettled();
  }
  if (state == State::kUpWithoutDatabase) CreateDatabase();
  return start;
} catch (const fs::filesystem_error& error) {
  throw StartError(error.what());
}

bool PrivateCluster::Stop(bool immediate) {
  if (!fs::exists(root_)) return false;
  ClusterLock lock(root_ / "lock");
  if (!FindPostmaster(data_)) return false;
  ServerUser::Outcome outcome = ServerUser::Choose().Run(
      {Programs(data_).bin / "pg_ctl", "stop", "-D", data_, "-m", immediate ? "immediate" : "fast",
       "-w", "-s", "-t", std::to_string(seconds(kSettleMax).count())},
      Deadline::After(kSettleMax + seconds(5)));
  if (outcome.status == 0) return true;
  throw Fault("cluster-stop", "the private PostgreSQL does not stop: " + outcome.output)
      .With(Scope::kRun)
      .Remedy(fmt::format("See its log in {}.", (root_ / "log").string()));
}

bool PrivateCluster::running() const { return Probe() != State::kDown; }

std::string PrivateCluster::UrlOf(const char* database) const {
  fs::path sockets = SocketDirectory(root_, ServerUser::Choose());
  return fmt::format("postgresql://{}@/{}?host={}&port={}", kClusterRole, database,
                     PercentEncoded(sockets.native()), kClusterPort);
}

std::string PrivateCluster::url() const { return UrlOf(kClusterDatabase); }

PrivateCluster::State PrivateCluster::Probe() const {
  sluice::Stop unrequested;
  try {
    Connection::Open({.url = url(), .application_name = "sluice pg"}, unrequested);
    return State::kUp;
  } catch (const Error& error) {
    if (error.code() == "3D000") return State::kUpWithoutDatabase;
    if (error.code() == "57P03") return State::kBusy;
    // Any other SQLSTATE is the answer of a server: too many connections, a wrong map.
    if (!error.code().starts_with("08") && error.origin() == Origin::kPostgres) return State::kUp;
    return FindPostmaster(data_) ? State::kSilent : State::kDown;
  }
}

PrivateCluster::State PrivateCluster::ProbeUntilSettled() const {
  sluice::Stop unrequested;
  Deadline deadline = Deadline::After(kSettleMax);
  Deadline silence = Deadline::After(kSilenceMax);
  while (!deadline.passed() && !silence.passed()) {
    State state = Probe();
    if (state == State::kBusy) {
      silence = Deadline::After(kSilenceMax);
    } else if (state != State::kSilent) {
      return state;
    }
    unrequested.SleepFor(kLook);
  }
  throw StartError("the private PostgreSQL runs and does not answer")
      .Remedy(fmt::format("See its log in {}.", (root_ / "log").string()));
}

void PrivateCluster::Initialize(const ServerUser& user) {
  auto enter = user.Run({"/usr/bin/test", "-x", root_}, Deadline::After(seconds(10)));
  if (enter.status != 0) {
    throw Fault("cluster-unsafe",
                fmt::format("the user {} may not enter {}", user.name(), root_.string()))
        .With(Scope::kRun)
        .Remedy("As root, unset XDG_DATA_HOME, or name a directory that all may enter.");
  }
  MakePrivateDirectory(root_ / "log", user);
  MakePrivateDirectory(SocketDirectory(root_, user), user);
  if (fs::exists(data_)) return;
  // Under another name until it is whole; what a killed initdb left is worth nothing.
  fs::path fresh = root_ / "data.new";
  fs::remove_all(fresh);
  MakePrivateDirectory(fresh, user);
  auto outcome =
      user.Run({Programs(data_).bin / "initdb", "-D", fresh, "-U", kClusterRole, "--auth=peer",
                "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"},
               Deadline::After(minutes(5)));
  if (outcome.status != 0) {
    throw StartError("initdb failed: " + outcome.output)
        .Remedy("See whether the disk is full and its place can be written.");
  }
  fs::rename(fresh, data_);
}

void PrivateCluster::WriteConfiguration(const ServerUser& user) {
  WriteFile(root_ / "postgresql.conf",
            PostgresqlConf({.root = root_,
                            .socket_directory = SocketDirectory(root_, user),
                            .major = MajorOf(data_).value_or(0),
                            .memory_bytes = MemoryBytes(),
                            .disk_free_bytes = fs::space(root_).available}));
  WriteFile(root_ / "pg_hba.conf", PgHbaConf());
  WriteFile(root_ / "pg_ident.conf", PgIdentConf(user.name()));
}

void PrivateCluster::StartServer(const ServerUser& user) {
  fs::path bin = Programs(data_).bin;
  std::string options = "-c config_file=" + ShellQuoted((root_ / "postgresql.conf").native());
  sluice::Stop unrequested;
  Deadline orphans = Deadline::After(kOrphansMax);
  for (;;) {
    bool crashed = fs::exists(data_ / "postmaster.pid");
    if (PidFileIsStale(data_, user.uid())) {
      Log(LogLevel::kInfo, "removing the stale postmaster.pid of the private PostgreSQL");
      user.Run({"/bin/rm", "-f", data_ / "postmaster.pid",
                SocketDirectory(root_, user) / ".s.PGSQL.5432.lock"},
               Deadline::After(seconds(10)));
    }
    auto outcome =
        user.Run({bin / "pg_ctl", "start", "-D", data_, "-l", root_ / "log/start.log", "-o",
                  options, "-w", "-s", "-t", std::to_string(seconds(kSettleMax).count())},
                 Deadline::After(kSettleMax + seconds(5)));
    if (outcome.status == 0) return;
    if (!crashed || orphans.passed()) {
      throw StartError("the private PostgreSQL did not start:\n" + LastLogLines())
          .Remedy(fmt::format("See {}.", (root_ / "log").string()));
    }
    unrequested.SleepFor(milliseconds(500));
  }
}

void PrivateCluster::CreateDatabase() const {
  sluice::Stop unrequested;
  Connection connection = Connection::Open({.url = UrlOf("postgres")}, unrequested);
  connection.Exec(fmt::format("CREATE DATABASE {}", kClusterDatabase));
}

std::string PrivateCluster::LastLogLines() const {
  constexpr size_t kEnd = 2000;
  // start.log, or the collector's file of today if it came that far.
  fs::path newest = root_ / "log/start.log";
  for (const fs::directory_entry& entry : fs::directory_iterator(root_ / "log")) {
    if (!fs::exists(newest) || entry.last_write_time() > fs::last_write_time(newest)) {
      newest = entry.path();
    }
  }
  std::ifstream file(newest, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.substr(text.size() > kEnd ? text.size() - kEnd : 0);
}

}  // namespace sluice::pg
