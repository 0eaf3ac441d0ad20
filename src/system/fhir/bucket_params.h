// The parameters of Aidbox's bulk methods, by their names (https://docs.aidbox.app, "Bulk import
// from an S3 bucket").
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "ledger/queue.h"
#include "system/fhir/rpc.h"

namespace sluice {

// `account`: the keys that the request brings.
struct BucketAccount {
  std::string access_key_id, secret_access_key, session_token;
  std::string region;
  std::string host;         // as given; empty: Amazon's own
  std::string endpoint;     // the URL that host means
  bool path_style = false;  // as Aidbox's AwsAccount has it
};

// Parameters of aidbox.bulk/load-from-bucket, with its defaults.
struct LoadFromBucket {
  std::string bucket;  // the name alone
  int thread_num = 4;
  std::optional<BucketAccount> account;  // absent: the server's own keys
  bool disable_idx = false;
  bool drop_primary_key = false;
  bool upsert = false;
  Order scheduler = Order::kOptimal;
  std::vector<std::string> prefixes;             // sorted; empty: all
  std::chrono::milliseconds connect_timeout{0};  // 0: no limit of the caller's
  std::chrono::milliseconds read_timeout{0};
  std::string lane;  // beyond Aidbox's: sluice's lanes, and what follows a load
  std::string then;
};

// Errors: InvalidParams naming each parameter that is missing, unknown or of another kind.
LoadFromBucket ParseLoadFromBucket(const Json& params);
// Of aidbox.bulk/load-from-bucket-status: the bucket's name.
std::string ParseBucketStatus(const Json& params);

}  // namespace sluice
