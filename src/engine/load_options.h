// What an import was asked to do, as the ledger keeps it so that a worker anywhere can take part.
// No secrets: credentials are each process's own.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "ledger/queue.h"
#include "ledger/settle.h"
#include "table/policy.h"

namespace sluice {

struct LoadOptions {
  std::string system;
  std::vector<std::string> sources;   // as given; presigned URLs without their query
  std::vector<std::string> prefixes;  // counted from the bucket's root; empty: all
  std::vector<std::string> include;   // globs over keys; empty: all
  std::vector<std::string> exclude;
  std::vector<std::string> types;  // fhir: resource types instead of the known ones
  uint64_t limit = 0;              // objects of this run; 0: all

  Order order = Order::kOptimal;
  ChangedPolicy changed = ChangedPolicy::kError;
  WritePolicy policy;
  int attempts = 0;
  std::string lane;
  Disposition then;  // of loaded objects
  std::chrono::milliseconds lease{0};

  // The S3 store.
  std::string s3_endpoint, region, profile, ca_bundle;
  bool s3_path_style = false;
  std::chrono::milliseconds connect_timeout{0};
  std::chrono::milliseconds read_timeout{0};
};

std::string ToJson(const LoadOptions& options);
// Errors: "ledger-corrupt" (kRun) for what this binary cannot read.
LoadOptions ParseLoadOptions(const std::string& json);

// What makes two requests the same import: the selection, not the manner.
std::string ImportScope(const LoadOptions& options);

}  // namespace sluice
