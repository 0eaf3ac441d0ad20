#include "object/file_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <functional>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/unit.h"
#include "object/file_error.h"
#include "object/file_listing.h"
#include "object/file_root.h"

namespace sluice {
namespace {

// As many as S3 gives.
constexpr size_t kPageMax = 1000;

std::string EtagOf(const struct stat& status) {
  return fmt::format("{}-{}", status.st_size,
                     status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec);
}

std::string StoreOfThisHost() {
  char name[HOST_NAME_MAX + 1] = {};
  gethostname(name, HOST_NAME_MAX);
  return std::string("file://") + name;
}

struct stat StatusOf(int fd, const std::string& path) {
  struct stat status;
  if (fstat(fd, &status) != 0) throw FileError(errno, path);
  return status;
}

// A stretch of a file, which must be the same when its last byte is given.
class FileSource final : public ByteSource {
 public:
  FileSource(FileHandle file, const ObjectRef& ref, uint64_t begin, uint64_t end)
      : file_(std::move(file)), ref_(ref), at_(begin), end_(end) {}

  size_t Read(std::span<char> into) override {
    if (at_ == end_) return 0;
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(into.size(), end_ - at_));
    ssize_t got = pread(file_.fd(), into.data(), wanted, static_cast<off_t>(at_));
    if (got < 0) throw FileError(errno, ref_.key);
    at_ += static_cast<uint64_t>(got);
    if (got == 0 || at_ == end_) RequireSame();
    return static_cast<size_t>(got);
  }

 private:
  void RequireSame() const {
    if (EtagOf(StatusOf(file_.fd(), ref_.key)) != ref_.etag) throw ObjectChangedError(ref_);
  }

  const FileHandle file_;
  const ObjectRef ref_;
  uint64_t at_;
  const uint64_t end_;
};

// A new file that nobody sees before it is complete, and that is gone if it never is.
class NewFile {
 public:
  NewFile(const FileRoot& root, const ObjectRef& ref)
      : ref_(ref),
        place_(root.OpenPlace(ref.key, true)),
        name_(UnfinishedName(RandomUuid(), place_.name)) {
    file_ = FileHandle(openat(place_.directory.fd(), name_.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file_.fd() < 0) throw FileError(errno, ref.key);
  }
  ~NewFile() {
    if (!finished_) unlinkat(place_.directory.fd(), name_.c_str(), 0);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void Write(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t wrote = write(file_.fd(), bytes.data(), bytes.size());
      if (wrote < 0) throw FileError(errno, ref_.key);
      bytes.remove_prefix(static_cast<size_t>(wrote));
    }
  }

  // On the disk, and in its place; returns what it is there.
  struct stat Finish() {
    int directory = place_.directory.fd();
    if (fsync(file_.fd()) != 0 ||
        renameat(directory, name_.c_str(), directory, place_.name.c_str()) != 0) {
      throw FileError(errno, ref_.key);
    }
    finished_ = true;
    return StatusOf(file_.fd(), ref_.key);
  }

  // The same, unless something is there: false. A link, other than a rename, never replaces.
  bool FinishNew() {
    int directory = place_.directory.fd();
    if (fsync(file_.fd()) != 0) throw FileError(errno, ref_.key);
    if (linkat(directory, name_.c_str(), directory, place_.name.c_str(), 0) == 0) return true;
    if (errno != EEXIST) throw FileError(errno, ref_.key);
    return false;
  }

 private:
  const ObjectRef ref_;
  const FileRoot::Place place_;
  const std::string name_;
  FileHandle file_{-1};
  bool finished_ = false;
};

class FileInMaking final : public NewObject {
 public:
  using Describe = std::function<ObjectStat(const struct stat&)>;
  FileInMaking(const FileRoot& root, const ObjectRef& ref, Describe describe)
      : file_(root, ref), describe_(std::move(describe)) {}
  void Write(std::string_view bytes) override { file_.Write(bytes); }
  ObjectStat Finish() override { return describe_(file_.Finish()); }

 private:
  NewFile file_;
  const Describe describe_;
};

class FileStore final : public ObjectStore {
 public:
  explicit FileStore(const std::string& root) : root_(root), store_(StoreOfThisHost()) {}

  ObjectPage List(const std::string&, const std::string& prefix, const std::string& next) override {
    ObjectPage page;
    std::vector<std::string> paths = ListFiles(root_, prefix, next, kPageMax);
    for (const std::string& path : paths) {
      struct stat status;
      // One that is gone since is none; a link that cannot be followed says so when it is opened.
      if (stat(path.c_str(), &status) != 0 && lstat(path.c_str(), &status) != 0) continue;
      page.objects.push_back(StatOf(path, status));
    }
    if (paths.size() == kPageMax) page.next = paths.back();
    return page;
  }

  ObjectStat Stat(const ObjectRef& ref) override { return OpenSame(ref).second; }

  OpenObject Open(const ObjectRef& ref, const ByteRange& range) override {
    auto [file, stat] = OpenSame(ref);
    uint64_t begin = std::min(range.offset, stat.size_bytes);
    uint64_t size = std::min(range.length.value_or(stat.size_bytes), stat.size_bytes - begin);
    posix_fadvise(file.fd(), 0, 0, POSIX_FADV_SEQUENTIAL);
    return {std::make_unique<FileSource>(std::move(file), stat.ref, begin, begin + size), stat};
  }

  ObjectStat Copy(const ObjectRef& from, const ObjectRef& to) override {
    OpenObject source = Open(from, {});
    NewFile file(root_, to);
    std::vector<char> piece(kMiB);
    while (size_t got = source.bytes->Read(piece)) file.Write({piece.data(), got});
    return StatOf(to.key, file.Finish());
  }

  void Remove(const ObjectRef& ref) override {
    try {
      FileRoot::Place place = root_.OpenPlace(ref.key, false);
      if (unlinkat(place.directory.fd(), place.name.c_str(), 0) != 0) {
        throw FileError(errno, ref.key);
      }
    } catch (const Error& error) {
      if (error.code() != "NoSuchKey") throw;
    }
  }

  ObjectStat Put(const ObjectRef& ref, std::string_view body) override {
    NewFile file(root_, ref);
    file.Write(body);
    return StatOf(ref.key, file.Finish());
  }

  bool PutNew(const ObjectRef& ref, std::string_view body) override {
    NewFile file(root_, ref);
    file.Write(body);
    return file.FinishNew();
  }

  std::unique_ptr<NewObject> Create(const ObjectRef& ref) override {
    return std::make_unique<FileInMaking>(
        root_, ref, [this, path = ref.key](const struct stat& s) { return StatOf(path, s); });
  }

  size_t RemoveUnfinished(const std::string&, const std::string& prefix) override {
    return RemoveUnfinishedFiles(root_, prefix);
  }

  ObjectTags GetTags(const ObjectRef& ref) override {
    throw NotSupportedError(ref, "files have no tags");
  }
  void PutTags(const ObjectRef& ref, const ObjectTags&) override {
    throw NotSupportedError(ref, "files have no tags");
  }

 private:
  ObjectStat StatOf(const std::string& path, const struct stat& status) const {
    using std::chrono::system_clock;
    auto since = std::chrono::seconds(status.st_mtim.tv_sec) +
                 std::chrono::nanoseconds(status.st_mtim.tv_nsec);
    return {{store_, "", path, EtagOf(status)},
            static_cast<uint64_t>(status.st_size),
            system_clock::time_point(std::chrono::duration_cast<system_clock::duration>(since))};
  }

  // The file, if it is the version that `ref` names.
  std::pair<FileHandle, ObjectStat> OpenSame(const ObjectRef& ref) const {
    FileHandle file = root_.OpenFile(ref.key);
    ObjectStat stat = StatOf(ref.key, StatusOf(file.fd(), ref.key));
    if (!ref.etag.empty() && ref.etag != stat.ref.etag) throw ObjectChangedError(ref);
    return {std::move(file), std::move(stat)};
  }

  const FileRoot root_;
  const std::string store_;
};

}  // namespace

std::unique_ptr<ObjectStore> NewFileStore(const std::string& root) {
  return std::make_unique<FileStore>(root);
}

}  // namespace sluice
