// A large object written to S3 in parts (multipart upload), so that memory holds one part; a small
// one is put whole. See "Uploading and copying objects using multipart upload", Amazon S3 User
// Guide.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "object/object_store.h"
#include "object/s3_client.h"

namespace sluice {

class S3Upload final : public NewObject {
 public:
  // `client` must outlive it.
  S3Upload(S3Client& client, const ObjectRef& ref);
  ~S3Upload() override;  // takes the upload back unless it was finished
  S3Upload(const S3Upload&) = delete;
  S3Upload& operator=(const S3Upload&) = delete;

  void Write(std::string_view bytes) override;
  ObjectStat Finish() override;

 private:
  void Begin();
  void SendPart();
  std::string Complete();
  ObjectStat Look();  // what is there now

  S3Client& client_;
  const ObjectRef ref_;
  std::string part_;                // what was not sent yet
  std::string upload_;              // the server's name for it; empty: not begun
  std::vector<std::string> etags_;  // of the parts that are there, as sent
  uint64_t sent_bytes_ = 0;
  bool finished_ = false;
};

// PUT of an object in one request; `only_new`: where nothing is yet. Errors: "ObjectChanged" where
// the condition does not hold.
ObjectStat PutWhole(S3Client& client, const ObjectRef& ref, std::string_view body, bool only_new);

// Ends every upload below the prefix that was never finished; how many.
size_t AbortUploads(S3Client& client, const std::string& bucket, const std::string& prefix);

}  // namespace sluice
