// What Aidbox's bulk methods do: load from a bucket, and tell how far that is.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/services.h"
#include "ledger/import_ledger.h"
#include "system/fhir/bucket_params.h"

namespace sluice {

class BucketLoader {
 public:
  explicit BucketLoader(const Services& services) : services_(services) {}

  // Lists the bucket now and loads in the background. Its one import goes on where it stopped;
  // files that are known already are not looked at again. Errors: those of the listing.
  Json Load(const LoadFromBucket& asked);
  // Errors: "bucket-unknown" (kNever) if nothing was ever loaded from it.
  Json Status(const std::string& bucket);

 private:
  struct Answer {
    std::string state;
    std::map<JobState, uint64_t> counts;
    std::chrono::steady_clock::time_point good_until;
  };

  Answer Look(const std::string& bucket) const;

  const Services services_;
  // However many ask, the ledger is asked in turn, and not all the time.
  std::mutex mutex_;
  std::map<std::string, Answer> answers_;
};

// The engine's words for what was asked.
StartRequest AsStartRequest(const LoadFromBucket& asked);
// "Upload from bucket <s3://b> started. 6 new files added."
std::string StartedMessage(const std::string& bucket, uint64_t new_files, uint64_t changed_files);
// "in-progress", "completed" or "interrupted", of a bucket's imports.
std::string BucketState(const std::vector<Import>& imports);

}  // namespace sluice
