// Where an extract's parts go: a prefix in a bucket, or of paths. Names are those that UNLOAD
// gives.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bytes/pack.h"
#include "extract/extract_request.h"
#include "object/object_store.h"
#include "system/table/unload_manifest.h"

namespace sluice {

class Destination {
 public:
  // `store` must outlive it. `place`: store and bucket, its key is the prefix.
  Destination(ObjectStore& store, ObjectRef place) : store_(store), place_(std::move(place)) {}

  // "PREFIX0003_part_01.gz"
  ObjectRef Part(int stream, int number, Packing packing) const;
  ObjectRef Manifest() const;
  ObjectRef Claim() const;
  bool is_file() const { return place_.bucket.empty(); }
  const ObjectRef& place() const { return place_; }
  std::string Shown() const { return ToString(place_); }
  ObjectStore& store() const { return store_; }

  // Parts and manifest that lie there, by their names.
  std::vector<ObjectRef> Find() const;
  bool HasManifest() const;
  std::string ReadManifest() const;
  // How a manifest lists a part.
  UnloadManifest::Entry EntryOf(const ObjectStat& part, uint64_t rows) const;

 private:
  ObjectRef Named(const std::string& name) const;

  ObjectStore& store_;
  const ObjectRef place_;
};

}  // namespace sluice
