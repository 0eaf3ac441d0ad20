// The files below a root, in the bytewise order of their paths, a page at a time.
#pragma once

#include <string>
#include <vector>

#include "object/file_root.h"

namespace sluice {

// How the names of files begin that are still being written; they are not listed.
inline constexpr const char* kUnfinishedFile = ".sluice-";
// `unique`: a UUID. A file's own name follows it, cut so that the whole is no longer than names may
// be.
std::string UnfinishedName(const std::string& unique, const std::string& name);

// The first `max` paths of files that start with `prefix` and come after `after` (empty: from the
// start). Links to what is inside the root are left out, because it is listed itself. A link to a
// file elsewhere is listed, and refused when opened, so that it is not missed in silence; a link to
// a directory elsewhere is named in a warning. Sockets, pipes and devices are left out. Errors:
// "AccessDenied" (kRun) for a directory that cannot be read.
std::vector<std::string> ListFiles(const FileRoot& root, const std::string& prefix,
                                   const std::string& after, size_t max);

// Removes what was left unfinished of files whose path starts with `prefix`, in its directory; how
// many.
size_t RemoveUnfinishedFiles(const FileRoot& root, const std::string& prefix);

}  // namespace sluice
