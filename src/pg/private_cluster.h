// A PostgreSQL server of sluice's own: the embedded default that is the real thing. It lives in one
// directory, listens on a unix socket only (directory 0700, peer authentication), is tuned for
// loading, and runs as the calling user or, for root, as the postgres user. It never touches a
// system cluster, and it outlives the sluice process that started it.
#pragma once

#include <filesystem>
#include <string>

#include "base/deadline.h"

namespace sluice::pg {

class ServerUser;

class PrivateCluster {
 public:
  // `root` as in DefaultRoot(); nothing is touched until Start.
  explicit PrivateCluster(const std::filesystem::path& root);

  // $XDG_DATA_HOME/sluice/pg, ~/.local/share/sluice/pg, or for root (when XDG_DATA_HOME is not set)
  // /var/lib/sluice/pg. Errors: "cluster-unsafe" where there is neither XDG_DATA_HOME nor HOME.
  static std::filesystem::path DefaultRoot();

  // initdb where absent, start where not running (also after a crash: stale pid files are
  // recognised), wait until it answers. Safe when two processes call it at once (a lock file).
  // Returns true if it was started now. Takes seconds, after a crash up to minutes (recovery).
  // Errors (kNever, kRun): "postgres-missing" with the package to install; "cluster-start" with the
  // log's last lines; "cluster-unsafe" when others could meddle with its directories.
  bool Start();
  // Fast shutdown, or immediate (as a crash). False if it was not running. Errors: "cluster-stop".
  bool Stop(bool immediate);
  // Whether it answers, or would if it were not starting, stopping or full.
  bool running() const;
  // postgresql:///sluice?host=<socket directory>...: database `sluice`.
  std::string url() const;
  const std::filesystem::path& root() const { return root_; }

 private:
  // kBusy: says that it is starting or stopping. kSilent: a server process is there, no answer.
  enum class State { kDown, kSilent, kBusy, kUp, kUpWithoutDatabase };
  State Probe() const;
  // Waits while the server is starting or stopping.
  State ProbeUntilSettled() const;

  void Initialize(const ServerUser& user);
  void WriteConfiguration(const ServerUser& user);
  void StartServer(const ServerUser& user);
  void CreateDatabase() const;
  std::string UrlOf(const char* database) const;
  std::string LastLogLines() const;

  std::filesystem::path root_;
  std::filesystem::path data_;
};

}  // namespace sluice::pg
