// Where --to leads, and what is to be done there, as the settings say.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/settings.h"
#include "base/stop.h"
#include "engine/store_set.h"
#include "extract/destination.h"
#include "extract/extract_request.h"
#include "object/object_store.h"

namespace sluice {

// A prefix to write under, with the store that holds it.
class ExtractPlace {
 public:
  // `to`: s3://BUCKET/PREFIX, or a path; a directory is made where it is missing. Errors (kRun):
  // "usage" for an empty prefix; the store's.
  ExtractPlace(const std::string& to, const Settings& settings, const Stop& stop);

  const Destination& destination() const { return *destination_; }
  // As a load's source names it.
  const std::string& source() const { return source_; }

 private:
  std::unique_ptr<StoreSet> stores_;
  std::unique_ptr<ObjectStore> files_;
  std::optional<Destination> destination_;
  std::string source_;
};

Existing ExistingOf(const Settings& settings);

// What is extracted from `settings.from`; `request` says only which table or query. Errors: as
// Extract and ExtractByUnload; "usage".
ExtractResult RunExtract(const Settings& settings, ExtractRequest request,
                         const Destination& destination, const Stop& stop);

}  // namespace sluice
