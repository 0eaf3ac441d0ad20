#include "engine/store_set.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/error.h"
#include "engine/spool_store.h"
#include "object/file_store.h"
#include "object/https_store.h"
#include "object/s3_store.h"

namespace sluice {
namespace {

http::Options HttpOptions(const LoadOptions& options, const SourceAccess& access) {
  http::Options http;
  http.connect_timeout = options.connect_timeout;
  http.read_timeout = options.read_timeout;
  http.ca_bundle = options.ca_bundle;
  http.may_connect = access.may_connect;
  return http;
}

// The environment without its credentials, and without the files that hold them.
std::optional<std::string> WithoutCredentials(const char* name) {
  constexpr std::string_view kHarmless[] = {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_REGION",
                                            "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE"};
  if (std::ranges::find(kHarmless, name) == std::end(kHarmless)) return std::nullopt;
  return ProcessEnvironment(name);
}

std::unique_ptr<ObjectStore> OpenS3(const LoadOptions& options, const SourceAccess& access,
                                    const Stop& stop) {
  S3Options s3;
  s3.endpoint = options.s3_endpoint;
  if (options.s3_path_style) s3.style = S3Style::kPath;
  s3.region = options.region;
  s3.credentials.profile = options.profile;
  if (access.keys) s3.credentials = *access.keys;
  if (access.keys || !access.ambient) s3.environment = WithoutCredentials;
  s3.http = HttpOptions(options, access);
  return NewS3Store(s3, stop);
}

bool IsWithin(const std::string& path, const std::string& root) {
  return path.starts_with(root) &&
         (path.size() == root.size() || root.ends_with('/') || path[root.size()] == '/');
}

}  // namespace

StoreSet::StoreSet(const LoadOptions& options, const std::vector<std::string>& urls,
                   const Stop& stop, const SourceAccess& access) {
  ObjectStore* s3 = nullptr;
  ObjectStore* spool = nullptr;
  for (const std::string& text : options.sources) sources_.push_back(ParseSource(text));
  for (const Source& source : sources_) {
    switch (source.kind) {
      case Source::Kind::kS3:
        if (s3 == nullptr) s3 = stores_.emplace_back(OpenS3(options, access, stop)).get();
        entries_.push_back({source, s3});
        break;
      case Source::Kind::kFile:
        stores_.push_back(NewFileStore(source.path));
        entries_.push_back({source, stores_.back().get()});
        break;
      case Source::Kind::kHttps: {
        std::vector<std::string> whole;
        for (const std::string& url : urls) {
          if (url.substr(0, url.find('?')) == source.Shown()) whole.push_back(url);
        }
        HttpsOptions https;
        https.http = HttpOptions(options, access);
        if (whole.empty()) break;  // only the process that was given the URL can read it
        stores_.push_back(NewHttpsStore(whole, https, stop));
        entries_.push_back({source, stores_.back().get()});
        break;
      }
      case Source::Kind::kSpool:
        if (access.ledger == nullptr) break;
        if (spool == nullptr) spool = stores_.emplace_back(NewSpoolStore(*access.ledger)).get();
        entries_.push_back({source, spool});
        break;
    }
  }
}

ObjectStore& StoreSet::For(const ObjectRef& ref) {
  for (Entry& entry : entries_) {
    switch (entry.source.kind) {
      case Source::Kind::kS3:
      case Source::Kind::kSpool:
        if (ref.bucket == entry.source.bucket) return *entry.store;
        break;
      case Source::Kind::kFile:
        if (ref.store.starts_with("file://") && IsWithin(ref.key, entry.source.path)) {
          return *entry.store;
        }
        break;
      case Source::Kind::kHttps:
        if (entry.source.Shown() == ToString(ref)) return *entry.store;
        break;
    }
  }
  // An inventory lists what lies in other buckets of its store.
  for (Entry& entry : entries_) {
    if (entry.source.kind == Source::Kind::kS3 && !ref.bucket.empty()) return *entry.store;
  }
  throw Fault("source-elsewhere", ToString(ref) + " is not in a source that this process can read")
      .Remedy("run the load again where the source is");
}

ObjectStore& StoreSet::For(const Source& source) {
  for (Entry& entry : entries_) {
    if (entry.source.Shown() == source.Shown()) return *entry.store;
  }
  throw Fault("source-elsewhere", source.Shown() + " cannot be read by this process")
      .With(Scope::kRun)
      .Remedy("run the load again where the source is");
}

std::string OnlyAt(const Source& source, const std::string& host, int64_t worker) {
  switch (source.kind) {
    case Source::Kind::kS3:
    case Source::Kind::kSpool:
      return "";
    case Source::Kind::kFile:
      return "host:" + host;
    case Source::Kind::kHttps:
      return "worker:" + std::to_string(worker);
  }
  return "";
}

}  // namespace sluice
