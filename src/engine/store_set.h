// The stores that an import's sources live in, and which of them holds an object.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/stop.h"
#include "engine/load_options.h"
#include "engine/source.h"
#include "engine/source_access.h"
#include "object/object_store.h"

namespace sluice {

class StoreSet {
 public:
  // `urls` are the presigned URLs with their queries, where this process has them. `stop` must
  // outlive the set.
  StoreSet(const LoadOptions& options, const std::vector<std::string>& urls, const Stop& stop,
           const SourceAccess& access = {});

  // The store that holds the object. Errors (kNever, kObject): "source-elsewhere" when this process
  // cannot read it.
  ObjectStore& For(const ObjectRef& ref);
  ObjectStore& For(const Source& source);

  const std::vector<Source>& sources() const { return sources_; }

 private:
  struct Entry {
    Source source;
    ObjectStore* store;
  };
  std::vector<Source> sources_;
  std::vector<std::unique_ptr<ObjectStore>> stores_;
  std::vector<Entry> entries_;
};

// The only_at of an object: where alone it can be read ("host:NAME" for files), or empty.
std::string OnlyAt(const Source& source, const std::string& host, int64_t worker);

}  // namespace sluice
