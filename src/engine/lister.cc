#include "engine/lister.h"

#include <fnmatch.h>

#include <algorithm>

#include "base/error.h"
#include "engine/limits.h"

namespace sluice {
namespace {

// The listing prefixes of one source: its own, narrowed by --prefix (both count from the bucket's
// root, or for files from the source's directory).
std::vector<std::string> Scopes(const Source& source, const std::vector<std::string>& prefixes) {
  if (prefixes.empty()) return {source.prefix};
  std::vector<std::string> scopes;
  for (const std::string& prefix : prefixes) {
    if (prefix.starts_with(source.prefix)) {
      scopes.push_back(prefix);
    } else if (source.prefix.starts_with(prefix)) {
      scopes.push_back(source.prefix);
    }
  }
  // A scope inside another would list its objects twice.
  std::sort(scopes.begin(), scopes.end());
  std::vector<std::string> apart;
  for (const std::string& scope : scopes) {
    if (apart.empty() || !scope.starts_with(apart.back())) apart.push_back(scope);
  }
  return apart;
}

bool MatchesAny(const std::vector<std::string>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
  });
}

// What globs and --prefix see: the key, or for files the path below the source's directory.
std::string NameInSource(const Source& source, const ObjectRef& ref) {
  if (source.kind != Source::Kind::kFile) return ref.key;
  size_t below = source.path.size() + (source.path.ends_with('/') ? 0 : 1);
  return ref.key.size() > below ? ref.key.substr(below)
                                : ref.key.substr(ref.key.rfind('/') + 1);  // the source is the file
}

bool IsDirectoryMarker(const ObjectStat& object) {
  return object.size_bytes == 0 && object.ref.key.ends_with('/');
}

class Listing {
 public:
  Listing(const LoadOptions& options, const System& system,
          const std::function<void(std::vector<Listed>&&)>& page)
      : options_(options), system_(system), page_(page) {}

  bool full() const { return options_.limit != 0 && taken_ >= options_.limit; }

  void Add(const Source& source, const ObjectStat& object, const std::string& why_not = {}) {
    if (full()) return;
    if (options_.after && object.last_modified <= after_) return;
    std::string name = NameInSource(source, object.ref);
    if (!options_.include.empty() && !MatchesAny(options_.include, name)) return;
    if (MatchesAny(options_.exclude, name)) return;
    Listed listed{object, {}, &source};
    if (!why_not.empty()) {
      listed.where.why_not = why_not;
    } else if (IsDirectoryMarker(object)) {
      listed.where.why_not = "is a directory marker";
    } else if (object.size_bytes == 0 && system_.ignores_empty()) {
      listed.where.why_not = "is empty";
    } else {
      listed.where = system_.Classify(object.ref);
    }
    if (!listed.where.label.empty()) ++taken_;
    objects_.push_back(std::move(listed));
    if (objects_.size() >= limits::kEnqueuePage) Flush();
  }

  void Flush() {
    if (objects_.empty()) return;
    page_(std::move(objects_));
    objects_.clear();
  }

 private:
  const LoadOptions& options_;
  const std::chrono::system_clock::time_point after_{
      std::chrono::seconds(options_.after.value_or(0))};
  const System& system_;
  const std::function<void(std::vector<Listed>&&)>& page_;
  std::vector<Listed> objects_;
  uint64_t taken_ = 0;
};

// What somebody else listed. --prefix narrows it like a listing.
void ReadList(ObjectList& list, const Source& source, const std::vector<std::string>& prefixes,
              const Stop& stop, Listing& listing) {
  std::vector<ListedObject> page;
  while (!listing.full() && list.Next(page)) {
    stop.ThrowIfRequested();
    for (const ListedObject& listed : page) {
      const std::string& key = listed.object.ref.key;
      bool within =
          prefixes.empty() || std::ranges::any_of(prefixes, [&](const std::string& prefix) {
            return key.starts_with(prefix);
          });
      if (within) listing.Add(source, listed.object, listed.why_not);
    }
  }
}

void ListScope(ObjectStore& store, const Source& source, const std::string& prefix,
               const Stop& stop, Listing& listing) {
  std::string next;
  do {
    stop.ThrowIfRequested();
    ObjectPage page = store.List(source.bucket, prefix, next);
    for (const ObjectStat& object : page.objects) listing.Add(source, object);
    next = page.next;
  } while (!next.empty() && !listing.full());
}

// The source of S3 that holds such a key; null: none.
const Source* HolderOf(const StoreSet& stores, const LoadOptions& options,
                       const std::string& bucket, const std::string& key) {
  for (const Source& source : stores.sources()) {
    if (source.kind != Source::Kind::kS3 || source.bucket != bucket) continue;
    for (const std::string& prefix : Scopes(source, options.prefixes)) {
      if (key.starts_with(prefix)) return &source;
    }
  }
  return nullptr;
}

}  // namespace

bool WantsKey(const StoreSet& stores, const LoadOptions& options, const std::string& bucket,
              const std::string& key) {
  return HolderOf(stores, options, bucket, key) != nullptr;
}

std::vector<Listed> SelectObject(const StoreSet& stores, const LoadOptions& options,
                                 const System& system, const ObjectStat& object) {
  std::vector<Listed> found;
  const Source* source = HolderOf(stores, options, object.ref.bucket, object.ref.key);
  if (source == nullptr) return found;
  const std::function<void(std::vector<Listed> &&)> keep = [&](std::vector<Listed>&& page) {
    found = std::move(page);
  };
  Listing listing(options, system, keep);
  listing.Add(*source, object);
  listing.Flush();
  return found;
}

void ListObjects(StoreSet& stores, const LoadOptions& options, const System& system,
                 const Stop& stop, const std::function<void(std::vector<Listed>&&)>& page) {
  Listing listing(options, system, page);
  for (const Source& source : stores.sources()) {
    try {
      if (auto list = system.OpenList(stores, source, stop)) {
        ReadList(*list, source, options.prefixes, stop, listing);
        continue;
      }
      for (const std::string& prefix : Scopes(source, options.prefixes)) {
        ListScope(stores.For(source), source, prefix, stop, listing);
      }
    } catch (Error& error) {
      error.With(Scope::kRun);
      throw;
    }
  }
  listing.Flush();
}

}  // namespace sluice
