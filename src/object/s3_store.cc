#include "object/s3_store.h"

#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "base/unit.h"
#include "object/http_object.h"
#include "object/s3_client.h"
#include "object/s3_listing.h"
#include "object/s3_upload.h"
#include "object/time_text.h"
#include "object/uri.h"

namespace sluice {
namespace {

// 1,000 keys of 1,024 bytes, each byte as three characters, and what stands around them.
constexpr size_t kListingMax = 16 * kMiB;

std::string Quoted(const std::string& etag) { return "\"" + etag + "\""; }

S3Call CallFor(S3Verb verb, const char* method, const ObjectRef& ref) {
  S3Call call;
  call.verb = verb;
  call.method = method;
  call.bucket = ref.bucket;
  call.key = ref.key;
  return call;
}

S3Address AddressOf(const S3Options& options) {
  const Environment& environment = options.environment;
  std::string endpoint = options.endpoint;
  for (const char* name : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) {
    if (endpoint.empty()) endpoint = environment(name).value_or("");
  }
  std::string region = options.region;
  if (region.empty()) region = ReadRegion(options.credentials, environment);
  return S3Address(endpoint, region.empty() ? "us-east-1" : region, options.style);
}

http::Options HttpOptionsOf(const S3Options& options) {
  http::Options http = options.http;
  if (http.ca_bundle.empty()) http.ca_bundle = options.environment("AWS_CA_BUNDLE").value_or("");
  return http;
}

class S3Store final : public ObjectStore {
 public:
  S3Store(const S3Options& options, const Stop& stop)
      : client_(
            AddressOf(options),
            [options] { return ReadCredentials(options.credentials, options.environment); },
            HttpOptionsOf(options),
            {options.attempts_max, options.backoff_first, options.backoff_cap}, stop) {}

  ObjectPage List(const std::string& bucket, const std::string& prefix,
                  const std::string& next) override {
    S3Call call = CallFor(S3Verb::kList, "GET", {store(), bucket, "", ""});
    call.parameters = {{"list-type", "2"}, {"encoding-type", "url"}};
    if (!prefix.empty()) call.parameters.emplace_back("prefix", prefix);
    if (!next.empty()) call.parameters.emplace_back("continuation-token", next);
    call.reply_max = kListingMax;
    return ReadListing(client_.Send(call).body, store(), bucket);
  }

  ObjectStat Stat(const ObjectRef& ref) override {
    S3Call call = CallFor(S3Verb::kRead, "HEAD", ref);
    if (!ref.etag.empty()) call.headers.emplace_back("If-Match", Quoted(ref.etag));
    http::Response head = client_.Send(call);
    // The client asks again with a GET of one byte where a refused HEAD does not say why.
    ByteRange asked;
    if (head.status == 206) asked.length = 1;
    return StatOf(head, Own(ref), ReadBodyHead(head, asked, ToString(ref)).total_bytes);
  }

  OpenObject Open(const ObjectRef& ref, const ByteRange& range) override {
    S3Call call = CallFor(S3Verb::kRead, "GET", ref);
    if (auto header = RangeHeader(range)) call.headers.emplace_back("Range", *header);
    if (!ref.etag.empty()) call.headers.emplace_back("If-Match", Quoted(ref.etag));
    auto stream = client_.Open(call);
    BodyHead head = ReadBodyHead(stream->head(), range, ToString(ref));
    ObjectStat stat = StatOf(stream->head(), Own(ref), head.total_bytes);
    RequireSame(ref, stat.ref.etag);
    return {NewBodySource(std::move(stream), head.body_bytes), stat};
  }

  ObjectStat Copy(const ObjectRef& from, const ObjectRef& to) override {
    // Some servers ignore the condition of a copy, so it is looked at here first.
    ObjectStat source = Stat(from);
    S3Call call = CallFor(S3Verb::kWrite, "PUT", to);
    call.headers = {
        {"X-Amz-Copy-Source", "/" + EncodeUri(from.bucket) + "/" + EncodeUriPath(from.key)},
        {"X-Amz-Copy-Source-If-Match", Quoted(source.ref.etag)}};
    http::Response reply = client_.Send(call);
    source.ref = Own(to);
    source.ref.etag = ReadCopyEtag(reply.body);
    if (source.ref.etag.empty()) {
      throw Error(Origin::kAws, "BadReply", ToString(to) + ": the copy was not confirmed")
          .With(Retry::kLater);
    }
    return source;
  }

  void Remove(const ObjectRef& ref) override {
    client_.Send(CallFor(S3Verb::kWrite, "DELETE", ref));
  }

  void RemoveSeen(const ObjectStat& seen) override {
    S3Call call = CallFor(S3Verb::kWrite, "DELETE", seen.ref);
    if (!seen.version.empty()) call.parameters = {{"versionId", seen.version}};
    client_.Send(call);
  }

  ObjectTags GetTags(const ObjectRef& ref) override {
    S3Call call = CallFor(S3Verb::kRead, "GET", ref);
    call.parameters = {{"tagging", ""}};
    return ReadTags(client_.Send(call).body);
  }

  void PutTags(const ObjectRef& ref, const ObjectTags& tags) override {
    S3Call call = CallFor(S3Verb::kWrite, "PUT", ref);
    call.parameters = {{"tagging", ""}};
    std::string body = WriteTags(tags);
    auto digest = Md5(body);
    call.headers = {
        {"Content-MD5", Base64({reinterpret_cast<const char*>(digest.data()), digest.size()})},
        {"Content-Type", "application/xml"}};
    client_.Send(call, body);
  }

  ObjectStat Put(const ObjectRef& ref, std::string_view body) override {
    return PutWhole(client_, Own(ref), body, false);
  }

  bool PutNew(const ObjectRef& ref, std::string_view body) override try {
    PutWhole(client_, Own(ref), body, true);
    return true;
  } catch (const Error& error) {
    // The second: another one puts it at this moment.
    if (error.code() == "ObjectChanged" || error.code() == "ConditionalRequestConflict") {
      return false;
    }
    throw;
  }

  std::unique_ptr<NewObject> Create(const ObjectRef& ref) override {
    return std::make_unique<S3Upload>(client_, Own(ref));
  }

  size_t RemoveUnfinished(const std::string& bucket, const std::string& prefix) override {
    return AbortUploads(client_, bucket, prefix);
  }

 private:
  const std::string& store() const { return client_.address().identity(); }

  // The same object as this store names it.
  ObjectRef Own(const ObjectRef& ref) const { return {store(), ref.bucket, ref.key, ref.etag}; }

  // For servers that do not honour If-Match.
  static void RequireSame(const ObjectRef& wanted, const std::string& etag) {
    if (!wanted.etag.empty() && wanted.etag != etag) {
      throw ObjectChangedError(wanted);
    }
  }

  S3Client client_;
};

}  // namespace

std::unique_ptr<ObjectStore> NewS3Store(const S3Options& options, const Stop& stop) {
  return std::make_unique<S3Store>(options, stop);
}

}  // namespace sluice
