// ObjectStore over the spool: a bucket is an upload, a key the name that a body was posted under,
// an etag its SHA-256.
#pragma once

#include <memory>

#include "engine/database.h"
#include "object/object_store.h"

namespace sluice {

// Reading takes a session for each piece, of at most limits::kSpoolSessionsMax. Copy, Remove, Put
// and tags are not supported: a body goes with its import. Listing an upload that was never here,
// or that was abandoned, is an Error "NoSuchUpload" (kNever, kRun). `database` must outlive it.
std::unique_ptr<ObjectStore> NewSpoolStore(const Database& database);

}  // namespace sluice
