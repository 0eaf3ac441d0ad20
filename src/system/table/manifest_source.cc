#include "system/table/manifest_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/unit.h"
#include "object/file_store.h"
#include "system/table/extract_claim.h"

namespace sluice {
namespace {

// A manifest of a million entries is about 200 MB; what is larger is none.
constexpr uint64_t kManifestBytesMax = 256 * kMiB;

std::string ReadWhole(ObjectStore& store, const ObjectStat& object, const Stop& stop) {
  if (object.size_bytes > kManifestBytesMax) {
    throw Fault("manifest-invalid", ToString(object.ref) + " is too large for a manifest")
        .With(Scope::kRun)
        .Remedy("leave it out with --exclude if it is none");
  }
  std::string text(object.size_bytes, '\0');
  size_t at = 0;
  if (text.empty()) return text;
  OpenObject open = store.Open(object.ref, {});
  while (at < text.size()) {
    stop.ThrowIfRequested();
    size_t got = open.bytes->Read({text.data() + at, text.size() - at});
    if (got == 0) break;
    at += got;
  }
  text.resize(at);
  return text;
}

std::map<std::string, ObjectStat> List(ObjectStore& store, const std::string& bucket,
                                       const std::string& prefix, const Stop& stop) {
  std::map<std::string, ObjectStat> objects;
  std::string next;
  do {
    stop.ThrowIfRequested();
    ObjectPage page = store.List(bucket, prefix, next);
    for (ObjectStat& object : page.objects) objects.emplace(object.ref.key, std::move(object));
    next = page.next;
  } while (!next.empty());
  return objects;
}

std::string CommonPrefix(const std::vector<std::string>& keys) {
  std::string common = keys.front();
  for (const std::string& key : keys) {
    auto [end, other] = std::ranges::mismatch(common, key);
    common.erase(end, common.end());
  }
  return common;
}

class Survey {
 public:
  Survey(StoreSet& stores, const Stop& stop) : stores_(stores), stop_(stop) {}

  ManifestSource Take() {
    for (const Source& source : stores_.sources()) Look(source);
    std::vector<std::string> unique;
    for (std::string& source : result_.sources) {
      if (std::ranges::find(unique, source) == unique.end()) unique.push_back(std::move(source));
    }
    result_.sources = std::move(unique);
    return std::move(result_);
  }

 private:
  void Look(const Source& source) {
    if (source.kind == Source::Kind::kHttps || source.kind == Source::Kind::kSpool) {
      result_.sources.push_back(source.Shown());
      return;
    }
    ObjectStore& store = stores_.For(source);
    auto objects = List(store, source.bucket, source.prefix, stop_);
    RequireComplete(source, store, objects);
    const std::string exact = source.kind == Source::Kind::kS3 ? source.prefix : source.path;
    for (const auto& [key, object] : objects) {
      if (!IsManifestName(key)) continue;
      bool asked_for = key == exact;
      if (asked_for) result_.selection.ListedOnly();
      Read(source, store, object, objects, asked_for);
    }
    bool is_manifest = IsManifestName(exact) && objects.contains(exact);
    if (!is_manifest) result_.sources.push_back(source.Shown());
  }

  // Parts whose extract has not ended are not all there are.
  static void RequireComplete(const Source& source, ObjectStore& store,
                              const std::map<std::string, ObjectStat>& objects) {
    bool is_file = source.kind == Source::Kind::kFile;
    std::string claim = ClaimKeyOf(is_file ? source.path + "/" : source.prefix, is_file);
    for (const auto& [key, object] : objects) {
      if (IsClaimName(key)) claim = key;
    }
    if (!objects.contains(claim) && !IsThere(store, {"", source.bucket, claim, ""})) return;
    throw Fault("extract-unfinished", "an extract to " + source.Shown() + " has not ended")
        .With(Scope::kRun)
        .With(Retry::kLater)
        .Remedy("wait for its end; if it was killed, run the same `sluice extract` again");
  }

  static bool IsThere(ObjectStore& store, const ObjectRef& ref) {
    try {
      store.Stat(ref);
      return true;
    } catch (const Error& error) {
      // Without the right to list, S3 says of what is not there that it may not be read.
      if (error.code() == "NoSuchKey" || error.code() == "AccessDenied") return false;
      throw;
    }
  }

  void Read(const Source& source, ObjectStore& store, const ObjectStat& object,
            const std::map<std::string, ObjectStat>& objects, bool asked_for) {
    UnloadManifest manifest = ParseUnloadManifest(ReadWhole(store, object, stop_));
    result_.selection.Add(object.ref, manifest);
    if (result_.schema.empty()) result_.schema = manifest.schema;
    if (!result_.dialect) result_.dialect = manifest.dialect;
    if (!asked_for) {
      Check(object.ref, manifest, {{source.bucket, objects}});
      return;
    }
    std::map<std::string, std::map<std::string, ObjectStat>> found;
    for (const auto& [bucket, keys] : KeysByBucket(object.ref, manifest)) {
      std::string prefix = CommonPrefix(keys);
      std::string shown = source.kind == Source::Kind::kFile
                              ? prefix.substr(0, prefix.rfind('/') + 1)
                              : "s3://" + bucket + "/" + prefix;
      result_.sources.push_back(shown);
      found[bucket] = ListEntries(source, bucket, prefix);
    }
    Check(object.ref, manifest, found);
  }

  // The objects that begin so, in the manifest's own store.
  std::map<std::string, ObjectStat> ListEntries(const Source& source, const std::string& bucket,
                                                const std::string& prefix) {
    if (source.kind == Source::Kind::kFile) {
      return List(*NewStoreAt(prefix.substr(0, prefix.rfind('/') + 1)), "", "", stop_);
    }
    return List(stores_.For(source), bucket, prefix, stop_);
  }
  ObjectStore* NewStoreAt(const std::string& directory) {
    kept_.push_back(NewFileStore(directory));
    return kept_.back().get();
  }

  static std::map<std::string, std::vector<std::string>> KeysByBucket(
      const ObjectRef& place, const UnloadManifest& manifest) {
    std::map<std::string, std::vector<std::string>> keys;
    bool file = place.bucket.empty();
    for (const UnloadManifest::Entry& entry : manifest.entries) {
      keys[file ? "" : entry.bucket].push_back(ManifestSelection::KeyOf(place, entry));
    }
    return keys;
  }

  void Check(const ObjectRef& place, const UnloadManifest& manifest,
             const std::map<std::string, std::map<std::string, ObjectStat>>& found) {
    std::string wrong;
    size_t there = 0;
    for (const UnloadManifest::Entry& entry : manifest.entries) {
      std::string key = ManifestSelection::KeyOf(place, entry);
      auto bucket = found.find(place.bucket.empty() ? "" : entry.bucket);
      const ObjectStat* object = nullptr;
      if (bucket != found.end()) {
        auto place_of = bucket->second.find(key);
        if (place_of != bucket->second.end()) object = &place_of->second;
      }
      if (object == nullptr) {
        if (entry.mandatory) wrong += fmt::format("; {} is missing", key);
        if (!entry.mandatory) result_.missing.push_back(key);
        continue;
      }
      ++there;
      if (entry.content_length && *entry.content_length != object->size_bytes) {
        wrong += fmt::format("; {} has {} bytes, listed with {}", key, object->size_bytes,
                             *entry.content_length);
      }
    }
    if (there == 0 && !manifest.entries.empty()) wrong += "; nothing that is listed is there";
    if (wrong.empty()) return;
    throw Fault("manifest-differs", "the objects are not those of " + ToString(place) + wrong)
        .With(Scope::kRun)
        .Remedy("unload again, or load the objects without the manifest");
  }

  StoreSet& stores_;
  const Stop& stop_;
  ManifestSource result_;
  std::vector<std::unique_ptr<ObjectStore>> kept_;
};

}  // namespace

ManifestSource ReadManifests(StoreSet& stores, const Stop& stop) {
  return Survey(stores, stop).Take();
}

}  // namespace sluice
