// An extract that Redshift does itself: UNLOAD, as
// https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html has it.
#pragma once

#include <optional>
#include <string>

#include "base/stop.h"
#include "extract/destination.h"
#include "extract/extract_request.h"
#include "pg/connection.h"

namespace sluice {

struct UnloadKeys {
  std::string access_key_id, secret_access_key, session_token;
};

struct UnloadRequest {
  std::string query;
  bool json = false;                 // else `dialect`
  Dialect dialect;                   // kUnload or kCsv
  std::string compression = "GZIP";  // or BZIP2, ZSTD, empty
  std::string iam_role;              // an ARN or "default"; empty: keys
  std::optional<UnloadKeys> keys;    // never logged
  std::string region;                // empty: the cluster's
  bool parallel = true;
  uint64_t part_mib = 0;  // MAXFILESIZE; 0: Redshift's own
  Existing existing = Existing::kRefuse;
};

// "SELECT a, b FROM s.t" or the query, as UNLOAD takes it.
std::string UnloadStatement(const UnloadRequest& request, const std::string& to);

// Sends it, holds the manifest against the objects and pg_last_unload_count(), and adds to the
// manifest how the files are written. Errors: as Extract; "unload-differs" (kRun) where what lies
// there is not what Redshift says it wrote.
ExtractResult ExtractByUnload(const pg::ConnectOptions& cluster, const Destination& destination,
                              const UnloadRequest& request, const Stop& stop);

}  // namespace sluice
