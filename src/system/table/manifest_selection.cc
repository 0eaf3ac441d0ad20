#include "system/table/manifest_selection.h"

#include "system/table/extract_claim.h"

namespace sluice {
namespace {

bool IsFile(const ObjectRef& ref) { return ref.store.starts_with("file://"); }

// What all objects of the manifest's unload have in front.
std::string PrefixOf(const std::string& manifest_key) {
  return manifest_key.substr(0, manifest_key.rfind("manifest"));
}

}  // namespace

std::string ManifestSelection::KeyOf(const ObjectRef& place, const UnloadManifest::Entry& entry) {
  if (!IsFile(place)) return entry.key;
  std::string directory = place.key.substr(0, place.key.rfind('/') + 1);
  return directory + entry.key.substr(entry.key.rfind('/') + 1);
}

void ManifestSelection::Add(const ObjectRef& place, const UnloadManifest& manifest) {
  scopes_.push_back({place.bucket, PrefixOf(place.key), place.key});
  for (const UnloadManifest::Entry& entry : manifest.entries) {
    listed_.emplace(IsFile(place) ? "" : entry.bucket, KeyOf(place, entry));
  }
}

std::string ManifestSelection::WhyNot(const ObjectRef& ref) const {
  if (listed_.contains({ref.bucket, ref.key})) return "";
  for (const Scope& scope : scopes_) {
    if (ref.bucket != scope.bucket) continue;
    if (ref.key == scope.manifest) return "is a manifest";
    if (ref.key.starts_with(scope.prefix)) return "is not listed in " + scope.manifest;
  }
  if (IsClaimName(ref.key)) return "is the claim of an extract that has not ended";
  if (listed_only_) return "is not listed in the manifest";
  return IsManifestName(ref.key) ? "is a manifest" : "";
}

}  // namespace sluice
