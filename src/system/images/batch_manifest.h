// An inventory as a Batch Operations manifest, for those who keep parts of the cloud pipeline
// (S3BatchOperations_CSV_20180820: Bucket,Key; see "Specifying a manifest", Amazon S3 User Guide).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/object_list.h"
#include "object/object_ref.h"

namespace sluice {

struct BatchManifest {
  std::string csv;  // keys encoded once; each line ended
  uint64_t rows = 0;
  std::map<std::string, uint64_t> left_out;  // by reason
};

// Of a list's objects those that may be images, by their names. Errors (kRun): the list's;
// "manifest-too-large" beyond `bytes_max`.
BatchManifest MakeBatchManifest(ObjectList& list, size_t bytes_max);

// The request of s3control CreateJob for the manifest that lies at `manifest`, its etag known. What
// only the account's owner knows stands in capital letters. `report`: the inventory's
// manifest.json; the same report gives the same ClientRequestToken, so the job is made once.
std::string CreateJobRequest(const ObjectRef& manifest, const std::string& report);

}  // namespace sluice
