#include "pg/postmaster.h"

#include <sys/stat.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace fs = std::filesystem;

namespace sluice::pg {
namespace {

struct PidFile {
  pid_t pid;
  int64_t started_s;  // seconds since 1970
};

// postmaster.pid: line 1 is the process, 2 the data directory, 3 the start
// (src/include/utils/pidfile.h).
std::optional<PidFile> ReadPidFile(const fs::path& data) {
  std::ifstream file(data / "postmaster.pid");
  PidFile read{0, 0};
  std::string directory;
  if (!(file >> read.pid)) return std::nullopt;
  file.ignore(1);
  std::getline(file, directory);
  file >> read.started_s;
  // A server in single-user mode writes its number with a minus.
  if (read.pid < 0) read.pid = -read.pid;
  return read;
}

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// pg_ctl starts the server as `postgres -D <data> ...`, and the first process keeps that command
// line.
bool IsServerOf(pid_t pid, const fs::path& data) {
  std::string line = ReadAll(fs::path("/proc") / std::to_string(pid) / "cmdline");
  std::stringstream arguments(line);
  std::string argument;
  std::getline(arguments, argument, '\0');
  if (fs::path(argument).filename() != "postgres") return false;
  for (bool data_follows = false; std::getline(arguments, argument, '\0');) {
    if (data_follows) return fs::path(argument) == data;
    data_follows = argument == "-D";
  }
  return false;
}

int64_t MachineStart() {
  std::ifstream stat("/proc/stat");
  for (std::string word; stat >> word;) {
    int64_t seconds = 0;
    if (word == "btime" && stat >> seconds) return seconds;
  }
  return 0;
}

bool RunsPostgres(uid_t uid) {
  std::error_code gone;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", gone)) {
    struct stat status {};
    if (stat(entry.path().c_str(), &status) != 0 || status.st_uid != uid) continue;
    if (ReadAll(entry.path() / "comm") == "postgres\n") return true;
  }
  return false;
}

}  // namespace

std::optional<pid_t> FindPostmaster(const fs::path& data) {
  std::optional<PidFile> file = ReadPidFile(data);
  if (!file || !IsServerOf(file->pid, data)) return std::nullopt;
  return file->pid;
}

bool PidFileIsStale(const fs::path& data, uid_t uid) {
  std::optional<PidFile> file = ReadPidFile(data);
  if (!file || IsServerOf(file->pid, data)) return false;
  // PostgreSQL itself sees through the number of a process that is gone.
  if (!fs::exists(fs::path("/proc") / std::to_string(file->pid))) return false;
  return file->started_s < MachineStart() || !RunsPostgres(uid);
}

}  // namespace sluice::pg
