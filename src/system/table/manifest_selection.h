// What manifests say about which objects belong to an import: never the manifests themselves, and
// where one lies, nothing that it does not list.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "object/object_ref.h"
#include "system/table/unload_manifest.h"

namespace sluice {

class ManifestSelection {
 public:
  // `manifest` lies at `place`; the objects beside it are those whose name begins as its own does,
  // before the word "manifest".
  void Add(const ObjectRef& place, const UnloadManifest& manifest);
  // Only what manifests list is wanted.
  void ListedOnly() { listed_only_ = true; }

  // One sentence; empty: the object belongs to the import.
  std::string WhyNot(const ObjectRef& ref) const;

  // Where a listed entry lies: at its url, or beside a manifest that was copied to files.
  static std::string KeyOf(const ObjectRef& place, const UnloadManifest::Entry& entry);

 private:
  struct Scope {
    std::string bucket;
    std::string prefix;
    std::string manifest;  // its key
  };
  std::vector<Scope> scopes_;
  std::set<std::pair<std::string, std::string>> listed_;  // bucket, key
  bool listed_only_ = false;
};

}  // namespace sluice
