// A SOURCE as users write it: s3://bucket/prefix, a directory or file, a presigned https:// URL, or
// spool://UPLOAD/NAME, what was posted to a server.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

struct Source {
  enum class Kind { kS3, kFile, kHttps, kSpool };
  Kind kind = Kind::kFile;
  std::string bucket;  // s3; of spool the upload
  std::string prefix;  // s3, spool: what follows the bucket
  std::string path;    // file: absolute, without "." and ".."
  std::string url;     // https: whole, with its query (a secret)

  // As the ledger and people see it: without secrets.
  std::string Shown() const;
};

// Errors (kNever, kRun): "source-invalid" with what is expected.
Source ParseSource(std::string_view text);

}  // namespace sluice
