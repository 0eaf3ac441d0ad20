#include "pg/private_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/digest.h"
#include "base/error.h"

namespace fs = std::filesystem;

namespace sluice::pg {
namespace {

// sun_path has 108 bytes, the last of which is the terminating zero.
constexpr size_t kAddressMax = 107;
constexpr std::string_view kSocketName = "/.s.PGSQL.5432";

Error Unsafe(const fs::path& path, std::string_view why) {
  return Fault("cluster-unsafe", fmt::format("{} {}", path.string(), why))
      .With(Scope::kRun)
      .Remedy("Remove it, or choose another place with XDG_DATA_HOME.");
}

Error Failed(const fs::path& path, std::string_view what) {
  return Fault("cluster-start",
               fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(errno)))
      .With(Scope::kRun);
}

// Closes itself; so nothing leaks where an Error passes.
struct Descriptor {
  int fd;
  ~Descriptor() { close(fd); }
};

void CheckOwned(const fs::path& path, const struct stat& status, uid_t owner, mode_t forbidden) {
  if (status.st_uid != owner) throw Unsafe(path, "belongs to another user");
  if (status.st_mode & forbidden) throw Unsafe(path, "is open to other users");
}

}  // namespace

fs::path SocketDirectory(const fs::path& root, const ServerUser& user) {
  fs::path beside = root / "socket";
  if (beside.native().size() + kSocketName.size() <= kAddressMax) return beside;
  std::string digest = Hex(Sha256(root.native())).substr(0, 16);
  return fmt::format("/tmp/sluice-{}-{}", user.uid(), digest);
}

void MakePrivateDirectory(const fs::path& path, const ServerUser& user) {
  bool made = mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) throw Failed(path, "make directory");
  // From here on by descriptor: in /tmp the name could change hands, the directory cannot.
  Descriptor directory{open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  struct stat status {};
  if (directory.fd < 0 || fstat(directory.fd, &status) != 0) throw Unsafe(path, "is no directory");
  if (status.st_uid == geteuid() && !user.is_caller()) {
    // Just made, or left so by a process that was killed in between.
    CheckOwned(path, status, geteuid(), 077);
    if (fchown(directory.fd, user.uid(), user.gid()) != 0) throw Failed(path, "hand over");
    return;
  }
  CheckOwned(path, status, user.uid(), 077);
}

void MakeRoot(const fs::path& root, const ServerUser& user) {
  std::error_code error;
  bool parent_made = fs::create_directories(root.parent_path(), error);
  // The server's user passes through, even where root's umask keeps others out of what it makes.
  if (parent_made && !user.is_caller()) chmod(root.parent_path().c_str(), 0755);
  mode_t mode = user.is_caller() ? 0700 : 0711;
  if (mkdir(root.c_str(), mode) == 0) {
    // Whatever the umask left of it.
    if (chmod(root.c_str(), mode) != 0) throw Failed(root, "set the mode of");
  } else if (errno != EEXIST) {
    throw Failed(root, "make directory");
  }
  struct stat status {};
  if (lstat(root.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    throw Unsafe(root, "is no directory");
  }
  CheckOwned(root, status, geteuid(), 022);
}

void WriteFile(const fs::path& path, const std::string& text) {
  fs::path fresh = path.native() + ".new";
  {
    Descriptor file{
        open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644)};
    // The server's user reads it, whatever the umask says.
    if (file.fd < 0 || fchmod(file.fd, 0644) != 0 ||
        write(file.fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw Failed(fresh, "write");
    }
  }
  if (rename(fresh.c_str(), path.c_str()) != 0) throw Failed(path, "write");
}

}  // namespace sluice::pg
