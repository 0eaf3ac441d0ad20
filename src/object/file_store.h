// ObjectStore over a directory, or over one file. A key is an absolute path without links, an etag
// "<size>-<mtime_ns>", and there are no buckets.
#pragma once

#include <memory>
#include <string>

#include "object/object_store.h"

namespace sluice {

// No path leaves `root`. A file that changes while it is read ends in "ObjectChanged". Tags are not
// supported. Errors: "NoSuchKey", "AccessDenied" (kRun) if there is no such root.
std::unique_ptr<ObjectStore> NewFileStore(const std::string& root);

}  // namespace sluice
