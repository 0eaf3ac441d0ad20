#include "object/s3_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "object/uri.h"

namespace sluice {
namespace {

std::string_view SuffixOf(std::string_view region) {
  return region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

http::Url AwsEndpoint(std::string_view region) {
  std::string host = "s3." + std::string(region) + "." + std::string(SuffixOf(region));
  return {"https", host, "", "/", ""};
}

bool IsAws(const http::Url& url) {
  return url.host.ends_with(".amazonaws.com") || url.host.ends_with(".amazonaws.com.cn");
}

bool IsNumeric(const std::string& host) {
  in_addr address{};
  return host.front() == '[' || inet_pton(AF_INET, host.c_str(), &address) == 1;
}

// Whether the bucket can be one label of a host name.
bool IsLabel(std::string_view bucket) {
  return bucket.size() >= 3 && bucket.size() <= 63 && bucket.front() != '-' &&
         bucket.back() != '-' && std::all_of(bucket.begin(), bucket.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

Error BadEndpoint(std::string_view endpoint) {
  return Error(Origin::kAws, "BadEndpoint",
               http::Redact(endpoint) + " is not the address of an object store")
      .With(Scope::kRun)
      .Remedy("an endpoint has the form https://host[:port], without a path");
}

}  // namespace

S3Address::S3Address(std::string_view endpoint, std::string region, S3Style style)
    : region_(std::move(region)), style_(style), is_custom_(!endpoint.empty()) {
  if (!is_custom_) {
    identity_ = "https://s3." + std::string(SuffixOf(region_));
    return;
  }
  auto url = http::ParseUrl(endpoint);
  if (!url || url->path != "/" || !url->query.empty()) throw BadEndpoint(endpoint);
  endpoint_ = *url;
  identity_ = IsAws(*url)
                  ? "https://s3." + std::string(SuffixOf(url->host.ends_with(".cn") ? "cn-" : ""))
                  : url->origin();
}

bool S3Address::UsesPath(const http::Url& endpoint, std::string_view bucket) const {
  if (bucket.empty() || style_ == S3Style::kPath) return true;
  if (style_ == S3Style::kVirtual) return false;
  return !IsLabel(bucket) || IsNumeric(endpoint.host) || endpoint.is_loopback();
}

std::string S3Address::UrlOf(std::string_view region, std::string_view bucket,
                             std::string_view key) const {
  http::Url url = is_custom_ ? endpoint_ : AwsEndpoint(region);
  std::string path = "/" + EncodeUriPath(key);
  if (UsesPath(url, bucket)) {
    if (!bucket.empty()) path = "/" + EncodeUri(bucket) + path;
  } else {
    url.host = std::string(bucket) + "." + url.host;
  }
  return url.origin() + path;
}

}  // namespace sluice
