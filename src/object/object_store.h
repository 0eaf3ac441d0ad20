// The seam to object storage. One conformance suite (object_store_conformance_testing.h) holds for
// all implementations: s3, file and https.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "bytes/byte_source.h"
#include "object/object_ref.h"

namespace sluice {

struct ObjectPage {
  std::vector<ObjectStat> objects;  // in key order, bytewise
  std::string next;                 // continuation for the next call; empty: this was the last page
};

struct ByteRange {
  uint64_t offset = 0;
  std::optional<uint64_t> length;  // absent: to the end; never 0
};

struct OpenObject {
  std::unique_ptr<ByteSource> bytes;
  ObjectStat stat;  // of the version that is being read
};

using ObjectTags = std::map<std::string, std::string>;

// An object that is being written, piece by piece; nobody sees it before Finish. Destroyed without
// it, what was written is taken away again. Belongs to one thread and must not outlive its store.
class NewObject {
 public:
  virtual ~NewObject() = default;
  virtual void Write(std::string_view bytes) = 0;
  // In place of what was there.
  virtual ObjectStat Finish() = 0;
};

// All calls may be made from several threads at once; a ByteSource belongs to one thread and must
// not outlive its store. Errors of all calls: the store's own code (NoSuchBucket, AccessDenied,
// ...; see s3_error.h) or, for what never reached it, those of http/client.h; Origin::kAws, for
// files kSluice. Passing faults are Retry::kLater and were already retried within the store's
// budget. "NotSupported" for what a kind of store cannot do.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // One page of the objects whose key starts with `prefix`. "Directory markers" (zero bytes, key
  // ends in '/') included.
  virtual ObjectPage List(const std::string& bucket, const std::string& prefix,
                          const std::string& next) = 0;

  virtual ObjectStat Stat(const ObjectRef& ref) = 0;

  // Opens `ref` (if its etag is set, only that version: otherwise Error "ObjectChanged", kNever,
  // kObject) for reading the range. The source is one transfer: it fails with kLater when the
  // connection drops (resuming_source.h continues it).
  virtual OpenObject Open(const ObjectRef& ref, const ByteRange& range) = 0;

  // Copies the version `from.etag` to `to`; the reply's etag is in the result. Errors:
  // "ObjectChanged" as Open.
  virtual ObjectStat Copy(const ObjectRef& from, const ObjectRef& to) = 0;
  // Removing what is not there is no error.
  virtual void Remove(const ObjectRef& ref) = 0;
  // Removes what Stat saw: where the bucket keeps versions, that one alone and no newer one.
  virtual void RemoveSeen(const ObjectStat& seen) { Remove(seen.ref); }
  // Stores a small object whole, in place of what was there.
  virtual ObjectStat Put(const ObjectRef& ref, std::string_view body) = 0;
  // Stores it only where nothing is; false if something is.
  virtual bool PutNew(const ObjectRef& ref, std::string_view body);
  // Begins a large object, of at most about 300 GB.
  virtual std::unique_ptr<NewObject> Create(const ObjectRef& ref);
  // Takes away what processes that vanished left of objects they were writing below the prefix;
  // returns how many. REQUIRES: nobody writes there.
  virtual size_t RemoveUnfinished(const std::string& bucket, const std::string& prefix);
  virtual ObjectTags GetTags(const ObjectRef& ref) = 0;
  virtual void PutTags(const ObjectRef& ref, const ObjectTags& tags) = 0;
};

// "ObjectChanged" (kNever, kObject).
Error ObjectChangedError(const ObjectRef& ref);
// `what` is a sentence.
Error NotSupportedError(const ObjectRef& ref, const std::string& what);

}  // namespace sluice
