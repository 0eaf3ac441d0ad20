#include "pg/server_user.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "base/check.h"
#include "base/error.h"

namespace sluice::pg {
namespace {

constexpr size_t kOutputMax = 16 << 10;

struct Account {
  std::string name;
  gid_t gid;
  uid_t uid;
};

std::optional<Account> FindAccount(uid_t uid, const char* name) {
  std::vector<char> buffer(16 << 10);
  passwd entry{};
  passwd* found = nullptr;
  if (name) {
    getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found);
  } else {
    getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  }
  if (!found) return std::nullopt;
  return Account{found->pw_name, found->pw_gid, found->pw_uid};
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Reads until the writers have closed, or the deadline; keeps the end. False at the deadline.
bool ReadAll(int fd, Deadline deadline, std::string* output) {
  for (;;) {
    pollfd wait{fd, POLLIN, 0};
    int ready = poll(&wait, 1, static_cast<int>(deadline.left().count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0 && deadline.passed()) return false;
    if (ready == 0) continue;
    char buffer[4096];
    ssize_t size = read(fd, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return true;
    output->append(buffer, static_cast<size_t>(size));
    if (output->size() > kOutputMax) output->erase(0, output->size() - kOutputMax);
  }
}

}  // namespace

ServerUser ServerUser::Choose() {
  bool root = geteuid() == 0;
  std::optional<Account> account = FindAccount(geteuid(), root ? "postgres" : nullptr);
  if (!account) {
    throw Fault("postgres-missing", root ? "there is no user postgres to run the server"
                                         : "the calling user has no name in this system")
        .With(Scope::kRun)
        .Remedy("Run: apt-get install postgresql-15; or name a database with --into.");
  }
  ServerUser user;
  user.name_ = account->name;
  user.uid_ = account->uid;
  user.gid_ = root ? account->gid : getegid();
  int count = 64;
  user.groups_.resize(static_cast<size_t>(count));
  // More groups than that matter to no server.
  if (getgrouplist(user.name_.c_str(), user.gid_, user.groups_.data(), &count) < 0) count = 64;
  user.groups_.resize(static_cast<size_t>(count));
  return user;
}

bool ServerUser::is_caller() const { return uid_ == geteuid(); }

ServerUser::Outcome ServerUser::Run(const std::vector<std::string>& arguments,
                                    Deadline deadline) const {
  // Between fork and exec only async-signal-safe calls are allowed, so all is prepared here.
  std::vector<std::string> argument_texts = arguments;
  std::vector<std::string> environment_texts = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  if (const char* zone = std::getenv("TZ")) {
    environment_texts.push_back(std::string("TZ=") + zone);
  }
  std::vector<char*> argv = Pointers(argument_texts);
  std::vector<char*> environment = Pointers(environment_texts);
  bool change_user = !is_caller();
  int pipe_fds[2];
  CHECK(pipe2(pipe_fds, O_CLOEXEC) == 0);

  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int signal_number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD}) {
      signal(signal_number, SIG_DFL);
    }
    umask(077);
    int nothing = open("/dev/null", O_RDONLY);
    if (dup2(nothing, 0) < 0 || dup2(pipe_fds[1], 1) < 0 || dup2(pipe_fds[1], 2) < 0) _exit(126);
    close_range(3, ~0U, 0);
    if (change_user && (setgroups(groups_.size(), groups_.data()) != 0 || setgid(gid_) != 0 ||
                        setuid(uid_) != 0)) {
      _exit(126);
    }
    if (chdir("/") != 0) _exit(126);
    execve(argv[0], argv.data(), environment.data());
    _exit(127);
  }
  close(pipe_fds[1]);
  Outcome outcome{0, ""};
  // The program has ended, or at least closed its output, when the pipe ends.
  if (!ReadAll(pipe_fds[0], deadline, &outcome.output)) kill(-child, SIGKILL);
  close(pipe_fds[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) CHECK(errno == EINTR);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace sluice::pg
