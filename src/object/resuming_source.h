// A stretch of one version of an object, read through connections that drop: each continues where
// the last one ended, and only with the same version.
#pragma once

#include <cstdint>
#include <memory>

#include "base/backoff.h"
#include "base/stop.h"
#include "bytes/byte_source.h"
#include "object/object_store.h"
#include "object/read_object.h"

namespace sluice {

class ResumingSource final : public ByteSource {
 public:
  // Bytes [begin, end) of `stat`'s version. `opened`, if given, is a source that stands at `begin`.
  // Without an etag in `stat` the version cannot be told, and a dropped connection is an Error.
  // Errors: "ObjectChanged"; "CannotResume" (kLater); the store's, once options.attempts_max
  // attempts in a row brought no byte.
  ResumingSource(ObjectStore& store, const ObjectStat& stat, uint64_t begin, uint64_t end,
                 const ReadObjectOptions& options, const Stop& stop,
                 std::unique_ptr<ByteSource> opened = nullptr);

  size_t Read(std::span<char> into) override;

 private:
  size_t ReadOnce(std::span<char> into);
  // Whether another attempt is worth it. Errors: "CannotResume" where none can be made.
  bool Endures(const Error& error) const;

  ObjectStore& store_;
  const ObjectStat stat_;
  const uint64_t end_;
  const ReadObjectOptions options_;
  const Stop& stop_;
  std::unique_ptr<ByteSource> source_;
  uint64_t at_;
  Backoff backoff_;  // tries() counts the failures since the last byte
};

}  // namespace sluice
