// The listing: every object of the sources, page by page, with where it belongs. `plan` and the
// load see the same.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/load_options.h"
#include "engine/store_set.h"
#include "engine/system.h"

namespace sluice {

struct Listed {
  ObjectStat object;
  Classified where;  // label empty: ignored, with why
  const Source* source = nullptr;
};

// Calls `page` with up to limits::kEnqueuePage objects at a time, in listing order per source.
// Objects that prefixes, include, exclude or limit leave out are not listed at all; those the
// system does not take are, with why. Errors: the store's (listing refused or unreachable: kRun);
// "interrupted".
void ListObjects(StoreSet& stores, const LoadOptions& options, const System& system,
                 const Stop& stop, const std::function<void(std::vector<Listed>&&)>& page);

// Whether the import's sources and prefixes hold such a key of a bucket of S3.
bool WantsKey(const StoreSet& stores, const LoadOptions& options, const std::string& bucket,
              const std::string& key);
// One object of a bucket, as the listing would have found it; empty where it would not.
std::vector<Listed> SelectObject(const StoreSet& stores, const LoadOptions& options,
                                 const System& system, const ObjectStat& object);

}  // namespace sluice
