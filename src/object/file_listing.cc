#include "object/file_listing.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/log.h"
#include "object/file_error.h"

namespace sluice {
namespace {

// Of a file's own name, in that of its unfinished self (NAME_MAX is 255).
constexpr size_t kNameKept = 200;
constexpr size_t kUuidBytes = 36;

class Lister {
 public:
  Lister(const FileRoot& root, const std::string& prefix, const std::string& after, size_t max)
      : root_(root), prefix_(prefix), after_(after), max_(max) {}

  std::vector<std::string> Run() {
    struct stat status;
    const std::string& path = root_.path();
    if (lstat(path.c_str(), &status) != 0) throw FileError(errno, path).With(Scope::kRun);
    if (S_ISDIR(status.st_mode)) {
      Walk(path == "/" ? path : path + "/");
    } else {
      Offer(path);
    }
    return std::move(found_);
  }

 private:
  // A name in a directory; a directory's ends in '/', which is also where it stands in key order.
  void Walk(const std::string& directory) {
    for (const std::string& name : NamesIn(directory)) {
      if (found_.size() >= max_) return;
      std::string path = directory + name;
      if (path.back() == '/') {
        if (MayHold(path)) Walk(path);
      } else {
        Offer(path);
      }
    }
  }

  // Whether anything below a directory can be wanted.
  bool MayHold(const std::string& directory) const {
    bool in_prefix = directory.starts_with(prefix_) || prefix_.starts_with(directory);
    return in_prefix && (directory > after_ || after_.starts_with(directory));
  }

  void Offer(const std::string& path) {
    if (path.starts_with(prefix_) && path > after_ && found_.size() < max_) found_.push_back(path);
  }

  std::vector<std::string> NamesIn(const std::string& directory) {
    std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(directory.c_str()), closedir);
    // A directory that was removed meanwhile holds nothing.
    if (!stream && errno == ENOENT) return {};
    if (!stream) throw FileError(errno, directory).With(Scope::kRun);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      dirent* entry = readdir(stream.get());
      if (entry == nullptr && errno != 0) throw FileError(errno, directory).With(Scope::kRun);
      if (entry == nullptr) break;
      std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (auto listed = AsListed(directory, name)) names.push_back(*listed);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // Nothing for what is left out.
  std::optional<std::string> AsListed(const std::string& directory, const std::string& name) {
    std::string path = directory + name;
    struct stat status;
    if (lstat(path.c_str(), &status) != 0) return std::nullopt;
    if (name.starts_with(kUnfinishedFile)) return std::nullopt;
    if (S_ISREG(status.st_mode)) return name;
    if (S_ISDIR(status.st_mode)) return name + "/";
    if (!S_ISLNK(status.st_mode)) return std::nullopt;
    std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), std::free);
    if (real && root_.Contains(real.get())) return std::nullopt;
    if (real && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      Log(LogLevel::kWarning, path + " leads out of the source and is not followed; load " +
                                  real.get() + " as a source of its own");
      return std::nullopt;
    }
    return name;
  }

  const FileRoot& root_;
  const std::string& prefix_;
  const std::string& after_;
  const size_t max_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> ListFiles(const FileRoot& root, const std::string& prefix,
                                   const std::string& after, size_t max) {
  return Lister(root, prefix, after, max).Run();
}

std::string UnfinishedName(const std::string& unique, const std::string& name) {
  return kUnfinishedFile + unique + "-" + name.substr(0, kNameKept);
}

size_t RemoveUnfinishedFiles(const FileRoot& root, const std::string& prefix) {
  const std::string directory = prefix.substr(0, prefix.rfind('/') + 1);
  std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(directory.c_str()), closedir);
  if (!stream && errno == ENOENT) return 0;
  if (!stream) throw FileError(errno, directory).With(Scope::kRun);
  const std::string wanted = prefix.substr(directory.size()).substr(0, kNameKept);
  const size_t own = UnfinishedName(std::string(kUuidBytes, 'x'), "").size();
  size_t removed = 0;
  while (dirent* entry = readdir(stream.get())) {
    std::string_view name = entry->d_name;
    if (!name.starts_with(kUnfinishedFile) || name.size() <= own) continue;
    if (!name.substr(own).starts_with(wanted)) continue;
    FileRoot::Place place = root.OpenPlace(directory + entry->d_name, false);
    if (unlinkat(place.directory.fd(), place.name.c_str(), 0) == 0) ++removed;
  }
  return removed;
}

}  // namespace sluice
