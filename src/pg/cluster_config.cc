#include "pg/cluster_config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string_view>

namespace sluice::pg {
namespace {

constexpr uint64_t kMb = uint64_t{1} << 20;

// `text` with each `quote` doubled, between two of them.
std::string Quoted(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted += quote;
}

std::string Setting(const std::filesystem::path& path) { return Quoted(path.native(), '\''); }

uint64_t FirstNumber(const char* file) {
  uint64_t number = 0;
  std::ifstream(file) >> number;
  return number;
}

}  // namespace

uint64_t MemoryBytes() {
  auto bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
               static_cast<uint64_t>(sysconf(_SC_PAGE_SIZE));
  // cgroup v2, then v1; "max" and a missing file read as 0.
  for (const char* file :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    if (uint64_t limit = FirstNumber(file); limit > 0) bytes = std::min(bytes, limit);
  }
  return bytes;
}

std::string PostgresqlConf(const ClusterFacts& facts) {
  uint64_t memory_mb = facts.memory_bytes / kMb;
  uint64_t disk_mb = facts.disk_free_bytes / kMb;
  return fmt::format(
      R"conf(# Written by sluice at each start. Your own settings belong into local.conf.
include {initial}

# A unix socket in a directory of mode 0700, and nothing on the network.
listen_addresses = ''
port = {port}
unix_socket_directories = {sockets}
hba_file = {hba}
ident_file = {ident}
max_connections = 100

# Loading: large buffers, rare checkpoints, as little WAL as is safe. A crash loses nothing that was
# committed: fsync, full_page_writes and synchronous_commit keep their defaults, which are on.
shared_buffers = {shared_mb}MB
maintenance_work_mem = {maintenance_mb}MB
max_wal_size = {wal_mb}MB
checkpoint_timeout = 15min
wal_level = minimal
max_wal_senders = 0
wal_compression = {wal_compression}
default_toast_compression = {toast_compression}
jit = off
autovacuum = on
# After so long a wait for a lock autovacuum is told to make way: a key that comes back after a load
# waits no second for it.
deadlock_timeout = 100ms

# A week of logs by day of the week; without records' contents, which DETAIL, CONTEXT and the
# statements could hold.
logging_collector = on
log_directory = {log}
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_file_mode = 0600
log_line_prefix = '%m [%p] %q%a '
log_error_verbosity = terse
log_min_error_statement = panic
log_statement = none
lc_messages = 'C.UTF-8'

include_if_exists {local}
)conf",
      fmt::arg("initial", Setting(facts.root / "data/postgresql.conf")),
      fmt::arg("port", kClusterPort),
      // A list, in which a directory with a comma needs quotes of its own.
      fmt::arg("sockets", Quoted(Quoted(facts.socket_directory.native(), '"'), '\'')),
      fmt::arg("hba", Setting(facts.root / "pg_hba.conf")),
      fmt::arg("ident", Setting(facts.root / "pg_ident.conf")),
      fmt::arg("shared_mb", std::clamp<uint64_t>(memory_mb / 8, 64, 1024)),
      fmt::arg("maintenance_mb", std::clamp<uint64_t>(memory_mb / 32, 64, 512)),
      fmt::arg("wal_mb", std::clamp<uint64_t>(disk_mb / 8, 1024, 8192)),
      // lz4 for WAL came with 15, for TOAST with 14.
      fmt::arg("wal_compression", facts.major >= 15 ? "lz4" : "on"),
      fmt::arg("toast_compression", facts.major >= 14 ? "lz4" : "pglz"),
      fmt::arg("log", Setting(facts.root / "log")),
      fmt::arg("local", Setting(facts.root / "local.conf")));
}

std::string PgHbaConf() {
  return "# Written by sluice at each start.\nlocal all all peer map=sluice\n";
}

std::string PgIdentConf(const std::string& server_user) {
  std::string conf = "# Written by sluice at each start.\n";
  for (const std::string& user : {server_user, std::string("root")}) {
    conf += fmt::format("sluice {} {}\n", Quoted(user, '"'), kClusterRole);
  }
  return conf;
}

}  // namespace sluice::pg
