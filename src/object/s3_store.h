// ObjectStore over S3's REST API: Amazon's own and whatever speaks it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/stop.h"
#include "http/client.h"
#include "object/credentials.h"
#include "object/object_store.h"
#include "object/s3_address.h"

namespace sluice {

struct S3Options {
  std::string endpoint;  // empty: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else AWS's of the region
  std::string region;    // empty: AWS_REGION, AWS_DEFAULT_REGION, the profile's, else us-east-1
  S3Style style = S3Style::kAuto;
  CredentialOptions credentials;
  http::Options http;  // an empty ca_bundle: AWS_CA_BUNDLE, else the system's
  // Of one request, redirects and refreshed keys apart; a store's retries also share a budget.
  int attempts_max = 4;
  std::chrono::milliseconds backoff_first{100};
  std::chrono::milliseconds backoff_cap{5000};
  // Where variables are looked up, at the start and whenever keys are read again.
  Environment environment = ProcessEnvironment;
};

// `stop` must outlive the store. Errors: "BadEndpoint" (kNever, kRun). Keys are looked for by the
// first call, which is the one that fails without them.
std::unique_ptr<ObjectStore> NewS3Store(const S3Options& options, const Stop& stop);

}  // namespace sluice
