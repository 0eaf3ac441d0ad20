// Objects in memory behind an imposter: a web server that knows ranges, ETags and conditions, as
// far as GET goes, and checks a permission in the query.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "http/imposter_testing.h"

namespace sluice {

class WebObjects {
 public:
  // Every address must bear this query.
  static constexpr const char* kPermission = "X-Amz-Signature=s3cr3t%2F";

  // `path` is encoded, and begins with '/'.
  void Have(const std::string& path, const std::string& body);
  http::ImposterReply Answer(const http::ImposterRequest& request) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> bodies_;
};

}  // namespace sluice
