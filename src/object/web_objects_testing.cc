#include "object/web_objects_testing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/digest.h"

namespace sluice {
namespace {

http::ImposterReply Refuse(int status, const std::string& code) {
  return {status, {}, "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>"};
}

}  // namespace

void WebObjects::Have(const std::string& path, const std::string& body) {
  std::lock_guard lock(mutex_);
  bodies_[path] = body;
}

http::ImposterReply WebObjects::Answer(const http::ImposterRequest& request) const {
  size_t question = request.target.find('?');
  if (question == std::string::npos || request.target.substr(question + 1) != kPermission) {
    return Refuse(403, "AccessDenied");
  }
  if (request.method != "GET") return Refuse(403, "SignatureDoesNotMatch");
  std::lock_guard lock(mutex_);
  auto found = bodies_.find(request.target.substr(0, question));
  if (found == bodies_.end()) return Refuse(404, "NoSuchKey");
  const std::string& body = found->second;
  std::string etag = "\"" + Hex(Md5(body)) + "\"";
  std::string condition = request.header("If-Match");
  if (!condition.empty() && condition != etag) return Refuse(412, "PreconditionFailed");
  http::ImposterReply reply{
      200, {{"ETag", etag}, {"Last-Modified", "Sat, 31 Jan 2026 23:59:59 GMT"}}, body};
  size_t first = 0, last = body.size();
  int read = std::sscanf(request.header("Range").c_str(), "bytes=%zu-%zu", &first, &last);
  if (read < 1) return reply;
  if (first >= body.size()) return Refuse(416, "InvalidRange");
  last = std::min(last, body.size() - 1);
  reply.status = 206;
  reply.body = body.substr(first, last - first + 1);
  reply.headers.emplace_back("Content-Range",
                             fmt::format("bytes {}-{}/{}", first, last, body.size()));
  return reply;
}

}  // namespace sluice
