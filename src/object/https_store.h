// ObjectStore over a list of URLs, as presigned ones are: no credentials, no listing, GET only.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/stop.h"
#include "http/client.h"
#include "object/object_store.h"

namespace sluice {

struct HttpsOptions {
  http::Options http;
  int attempts_max = 4;  // of one request; a store's retries also share a budget
  std::chrono::milliseconds backoff_first{100};
  std::chrono::milliseconds backoff_cap{5000};
};

// A URL's origin is its store, its path (as it stands there, encoded) its key; its query, which is
// the permission to read it, stays in this object's memory. Only https, and http to this machine
// itself. Redirects are followed within the origin. Copy, Remove, Put and tags are not supported.
// Errors: "BadUrl" (kNever, kRun), also for two URLs with the same path.
std::unique_ptr<ObjectStore> NewHttpsStore(const std::vector<std::string>& urls,
                                           const HttpsOptions& options, const Stop& stop);

}  // namespace sluice
