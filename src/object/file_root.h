// A directory (or one file) that paths cannot leave, neither by ".." nor by links: what was opened
// is asked where it really is, so that nothing can be swapped between the check and the use.
#pragma once

#include <string>

namespace sluice {

// Owns a file descriptor.
class FileHandle {
 public:
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();
  int fd() const { return fd_; }

 private:
  int fd_;
};

class FileRoot {
 public:
  // Resolves `path`, relative or absolute, with its links. Errors: "NoSuchKey", "AccessDenied"
  // (kRun).
  explicit FileRoot(const std::string& path);

  // Absolute and without links; no '/' at its end, unless it is "/".
  const std::string& path() const { return path_; }

  // Opens an existing regular file for reading. Errors: "NoSuchKey", "AccessDenied".
  FileHandle OpenFile(const std::string& path) const;

  // The directory of `path`, made if it is missing, and `path`'s last name in it. Errors: as
  // OpenFile.
  struct Place {
    FileHandle directory;
    std::string name;
  };
  Place OpenPlace(const std::string& path, bool make) const;

  // Whether the real path of something lies inside.
  bool Contains(const std::string& real_path) const;

 private:
  void RequireInside(int fd, const std::string& path) const;

  std::string path_;
};

}  // namespace sluice
