#include "object/file_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "object/file_error.h"

namespace sluice {
namespace {

Error Outside(const std::string& path) {
  return Fault("AccessDenied", path + ": this path leads out of its source")
      .Remedy("name what it leads to as a source of its own");
}

// Refuses what the file system would read otherwise than it is written.
void RequirePlain(const std::string& path) {
  bool plain = path.starts_with("/") && path.find('\0') == path.npos;
  for (size_t at = 0; plain && at < path.size();) {
    size_t end = std::min(path.find('/', at + 1), path.size());
    std::string_view part(path.data() + at + 1, end - at - 1);
    plain = !part.empty() && part != "." && part != "..";
    at = end;
  }
  if (!plain) throw Outside(path);
}

std::string RealPathOf(int fd) {
  char path[PATH_MAX];
  ssize_t size = readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), path, sizeof path);
  return size > 0 ? std::string(path, static_cast<size_t>(size)) : std::string();
}

}  // namespace

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileHandle::~FileHandle() {
  if (fd_ >= 0) close(fd_);
}

FileRoot::FileRoot(const std::string& path) {
  std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), std::free);
  if (!real) throw FileError(errno, path).With(Scope::kRun);
  path_ = real.get();
}

bool FileRoot::Contains(const std::string& real_path) const {
  if (path_ == "/" || real_path == path_) return true;
  return real_path.starts_with(path_) && real_path[path_.size()] == '/';
}

void FileRoot::RequireInside(int fd, const std::string& path) const {
  if (!Contains(RealPathOf(fd))) throw Outside(path);
}

FileHandle FileRoot::OpenFile(const std::string& path) const {
  RequirePlain(path);
  // O_PATH first: opening a device or a pipe in earnest would already do something.
  FileHandle found(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (found.fd() < 0) throw FileError(errno, path);
  RequireInside(found.fd(), path);
  struct stat status;
  if (fstat(found.fd(), &status) != 0) throw FileError(errno, path);
  if (!S_ISREG(status.st_mode)) {
    throw Fault("NoSuchKey", path + ": this is not a file").Remedy("name a file");
  }
  FileHandle file(open(fmt::format("/proc/self/fd/{}", found.fd()).c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) throw FileError(errno, path);
  return file;
}

FileRoot::Place FileRoot::OpenPlace(const std::string& path, bool make) const {
  RequirePlain(path);
  // Made one by one from a directory that is inside; so nothing outside is ever made.
  size_t slash = path.rfind('/');
  if (!Contains(path) || path == path_) throw Outside(path);
  FileHandle directory(open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (directory.fd() < 0) throw FileError(errno, path);
  for (size_t at = path_ == "/" ? 0 : path_.size(); at < slash;) {
    size_t end = path.find('/', at + 1);
    std::string name = path.substr(at + 1, end - at - 1);
    if (make && mkdirat(directory.fd(), name.c_str(), 0777) != 0 && errno != EEXIST) {
      throw FileError(errno, path);
    }
    FileHandle next(openat(directory.fd(), name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (next.fd() < 0) throw FileError(errno, path);
    RequireInside(next.fd(), path);
    directory = std::move(next);
    at = end;
  }
  return {std::move(directory), path.substr(slash + 1)};
}

}  // namespace sluice
