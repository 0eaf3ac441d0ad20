// One S3 request made to succeed if it can: signed anew for every attempt, retried with full
// jitter, sent to the right region, with fresh keys and a corrected clock where the server says
// that those were the fault.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/stop.h"
#include "http/client.h"
#include "object/credentials.h"
#include "object/retry.h"
#include "object/s3_address.h"
#include "object/s3_error.h"

namespace sluice {

struct S3Call {
  S3Verb verb = S3Verb::kRead;
  std::string method = "GET";
  std::string bucket;
  std::string key;
  std::vector<std::pair<std::string, std::string>> parameters;  // not encoded
  http::Headers headers;
  size_t reply_max = 64 * 1024;
};

// Thread-safe.
class S3Client {
 public:
  S3Client(S3Address address, CredentialProvider::Source keys, const http::Options& http,
           const RetryPolicy& policy, const Stop& stop);

  // The reply with its body, which is a success and not an error inside of one. Errors: ErrorOfS3,
  // those of http::Client and of ReadCredentials.
  http::Response Send(const S3Call& call, std::string_view body = {});
  // The same up to the head of the reply.
  std::unique_ptr<http::ResponseStream> Open(const S3Call& call);

  const S3Address& address() const { return address_; }

 private:
  struct Mended;
  struct Outcome;
  Outcome Run(S3Call call, std::string_view body, bool whole);
  Outcome Try(http::Request request, const S3Call& call, bool whole);
  http::Request Sign(const S3Call& call, std::string_view body,
                     const CredentialProvider::Current& keys);
  // Removes what the refusal says is wrong, each fault once per call. True: worth asking again at
  // once.
  bool Mend(S3Call& call, const CredentialProvider::Current& keys, const Outcome& outcome,
            Mended& mended);

  std::string RegionOf(const std::string& bucket);
  bool CorrectClock(const http::Response& head);

  const S3Address address_;
  const RetryPolicy policy_;
  const Stop& stop_;
  const std::unique_ptr<http::Client> http_;
  CredentialProvider keys_;
  RetryBudget budget_;
  std::atomic<int64_t> clock_offset_seconds_{0};  // what the server's clock is ahead of ours

  std::mutex mutex_;
  std::map<std::string, std::string> regions_;  // of buckets that turned out to be elsewhere
};

}  // namespace sluice
