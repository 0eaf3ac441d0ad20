// "This object arrived": the notifications of S3 and of those who speak like it, as values. Each
// sender writes keys in its own way; here they are the store's bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct S3Event {
  std::string bucket;
  std::string key;
};

struct S3EventBody {
  std::vector<S3Event> created;  // in the order told; versions and times are not looked at
  uint64_t others = 0;           // that tell of something else: removed, restored, tagged
  bool is_test = false;          // "s3:TestEvent", which S3 sends once when it is set up
};

// Event records of version 2.x from S3, MinIO and Ceph, also as SQS hands them on; EventBridge's
// events of S3 (Amazon S3 User Guide, "EventBridge event message structure"); what S3 Batch
// Operations calls a Lambda function with (invocation schema 1.0); and the messages by which the
// image indexer's queue names objects. Errors (kNever, kRun): "event-invalid" for what is none, and
// for records of another version.
S3EventBody ParseS3Events(std::string_view body);

}  // namespace sluice
