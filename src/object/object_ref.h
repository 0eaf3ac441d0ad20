// What names one version of one object in a store.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice {

struct ObjectRef {
  // The store's identity in the ledger: an S3 endpoint's origin
  // ("https://s3.eu-west-1.amazonaws.com"), "file://HOST", or an https origin. Never credentials,
  // never a query.
  std::string store;
  std::string bucket;  // empty for file and https
  std::string key;     // bytes as the store has them, not URL-encoded; for file the absolute path
  std::string etag;    // without quotes; for file "<size>-<mtime_ns>"; empty: not known
};

struct ObjectStat {
  ObjectRef ref;
  uint64_t size_bytes = 0;  // as stored (compressed)
  std::chrono::system_clock::time_point last_modified{};
  std::string version{};  // where the bucket keeps versions: this one's id; only Stat tells it
};

// "s3://bucket/key", "/absolute/path" or "https://host/path" (never the query): for people and
// logs.
std::string ToString(const ObjectRef& ref);

}  // namespace sluice
