// Which URL stands for a bucket and key: endpoint, region, and path or virtual-hosted style.
#pragma once

#include <string>
#include <string_view>

#include "http/url.h"

namespace sluice {

// "https://bucket.host/key" or "https://host/bucket/key". kAuto takes the path style where a
// bucket's host name could not work: addresses in digits, this machine, and names that no
// certificate covers.
enum class S3Style { kAuto, kPath, kVirtual };

class S3Address {
 public:
  // `endpoint` empty: AWS's own of `region`. Errors: "BadEndpoint" (kNever, kRun).
  S3Address(std::string_view endpoint, std::string region, S3Style style);

  // The URL up to the query. `region` counts only with AWS's own endpoint; `bucket` may be empty.
  std::string UrlOf(std::string_view region, std::string_view bucket, std::string_view key) const;

  const std::string& region() const { return region_; }
  // ObjectRef::store. All of AWS's regions are one store, because bucket names are unique over them
  // and an object must not count as another one when it is reached through another region.
  const std::string& identity() const { return identity_; }

 private:
  bool UsesPath(const http::Url& endpoint, std::string_view bucket) const;

  const std::string region_;
  const S3Style style_;
  const bool is_custom_;
  http::Url endpoint_;  // if custom
  std::string identity_;
};

}  // namespace sluice
