// Imports begun by a request: the process that serves it lists and, where it has threads, loads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "engine/load_options.h"
#include "object/credentials.h"

namespace sluice {

struct StartRequest {
  LoadOptions options;            // S3 and https sources only
  std::vector<std::string> urls;  // presigned, whole; kept in memory only
  // Keys that the request brought, kept in memory only: after a restart the import shows as
  // interrupted until a request brings them again.
  std::optional<CredentialOptions> keys;
  // options.s3_endpoint comes from the request: it must be on the allow-list, and is never sent
  // this process's own credentials.
  bool names_endpoint = false;
};

struct Started {
  ImportId import;
  // What the listing came to; all 0 where it goes on in the background.
  uint64_t seen = 0;     // objects of the system's
  uint64_t ignored = 0;  // that are not
  uint64_t to_load = 0;  // that wait now and did not before
  uint64_t changed = 0;  // that stay as they are in spite of another etag
};

class ImportStarter {
 public:
  enum class Listing { kNow, kInBackground };
  virtual ~ImportStarter() = default;
  // The same request resumes the same import. Thread-safe. Errors: "endpoint-refused",
  // "keys-needed", "source-refused" (kNever, kRun); with Listing::kNow those of the listing, after
  // which the import is failed.
  virtual Started Start(const StartRequest& request, Listing listing) = 0;
};

}  // namespace sluice
