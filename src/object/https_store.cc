#include "object/https_store.h"

#include <map>
#include <utility>

#include "base/error.h"
#include "base/unit.h"
#include "object/http_object.h"
#include "object/retry.h"
#include "object/s3_error.h"

namespace sluice {
namespace {

constexpr size_t kErrorBodyMax = 64 * kKiB;
// Within one origin there is little reason for more than one.
constexpr int kRedirectsMax = 3;

struct Place {
  std::string store;
  std::string key;
  auto operator<=>(const Place&) const = default;
};

Error BadUrl(const std::string& url, const std::string& why, const std::string& remedy) {
  return Error(Origin::kAws, "BadUrl", http::Redact(url) + ": " + why)
      .With(Scope::kRun)
      .Remedy(remedy);
}

Place PlaceOf(const std::string& url) {
  auto parts = http::ParseUrl(url);
  if (!parts) throw BadUrl(url, "this is no web address", "write it as https://host/path");
  if (parts->scheme != "https" && !parts->is_loopback()) {
    throw BadUrl(url, "it is not encrypted, and would show its permission to everybody on the way",
                 "use its https address");
  }
  return {parts->origin(), parts->path};
}

std::string ReadErrorBody(http::ResponseStream& stream) {
  std::string body(kErrorBodyMax, '\0');
  size_t size = 0;
  while (size < body.size()) {
    size_t got = stream.Read(std::span(body).subspan(size));
    if (got == 0) break;
    size += got;
  }
  body.resize(size);
  return body;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

class HttpsStore final : public ObjectStore {
 public:
  HttpsStore(const std::vector<std::string>& urls, const HttpsOptions& options, const Stop& stop)
      : policy_{options.attempts_max, options.backoff_first, options.backoff_cap},
        stop_(stop),
        http_(http::NewClient(options.http, stop)) {
    for (const std::string& url : urls) {
      if (!urls_.emplace(PlaceOf(url), url).second) {
        throw BadUrl(url, "it is named twice", "name each object once");
      }
    }
  }

  ObjectPage List(const std::string&, const std::string& prefix, const std::string&) override {
    ObjectPage page;
    for (const auto& [place, url] : urls_) {
      if (!place.key.starts_with(prefix)) continue;
      page.objects.push_back(Listed({place.store, "", place.key, ""}));
    }
    return page;
  }

  // A presigned URL allows one method, GET; so its head is had by asking for one byte.
  ObjectStat Stat(const ObjectRef& ref) override {
    auto stream = Get(ref, ByteRange{0, 1}, 416);
    if (stream->head().status == 416) {
      // An empty object has no byte 0.
      return StatOf(stream->head(), ref, 0);
    }
    BodyHead head = ReadBodyHead(stream->head(), {0, 1}, ToString(ref));
    return StatOf(stream->head(), ref, head.total_bytes);
  }

  OpenObject Open(const ObjectRef& ref, const ByteRange& range) override {
    auto stream = Get(ref, range, {});
    BodyHead head = ReadBodyHead(stream->head(), range, ToString(ref));
    ObjectStat stat = StatOf(stream->head(), ref, head.total_bytes);
    if (!ref.etag.empty() && ref.etag != stat.ref.etag) throw ObjectChangedError(ref);
    return {NewBodySource(std::move(stream), head.body_bytes), stat};
  }

  ObjectStat Copy(const ObjectRef& from, const ObjectRef&) override { throw ReadOnly(from); }
  void Remove(const ObjectRef& ref) override { throw ReadOnly(ref); }
  ObjectStat Put(const ObjectRef& ref, std::string_view) override { throw ReadOnly(ref); }
  ObjectTags GetTags(const ObjectRef& ref) override { throw ReadOnly(ref); }
  void PutTags(const ObjectRef& ref, const ObjectTags&) override { throw ReadOnly(ref); }

 private:
  using Stream = std::unique_ptr<http::ResponseStream>;

  static Error ReadOnly(const ObjectRef& ref) {
    return NotSupportedError(ref, "what is named by its web address can only be read");
  }

  // One that is refused is listed all the same, and refused again when it is opened: a fault of one
  // address must not hide the others.
  ObjectStat Listed(const ObjectRef& ref) {
    try {
      return Stat(ref);
    } catch (const Error& error) {
      if (error.retry() != Retry::kNever || error.scope() != Scope::kObject) throw;
      return {ref, 0, {}};
    }
  }

  // A reply that is a success, or has the status `also`.
  Stream Get(const ObjectRef& ref, const ByteRange& range, std::optional<int> also) {
    auto found = urls_.find({ref.store, ref.key});
    if (found == urls_.end()) {
      throw Error(Origin::kAws, "NoSuchKey", ToString(ref) + ": no address was given for it")
          .Remedy("its permission was in memory only; name the address again");
    }
    http::Request request{"GET", found->second, {}, ""};
    if (auto header = RangeHeader(range)) request.headers.emplace_back("Range", *header);
    if (!ref.etag.empty()) request.headers.emplace_back("If-Match", "\"" + ref.etag + "\"");
    return Retrying(policy_, budget_, stop_, [&] {
      try {
        return Follow(ref, request, also);
      } catch (Error& error) {
        error.Within(ToString(ref));
        throw;
      }
    });
  }

  Stream Follow(const ObjectRef& ref, http::Request request, std::optional<int> also) {
    for (int redirects = 0; redirects <= kRedirectsMax; ++redirects) {
      Stream stream = http_->Open(request);
      int status = stream->head().status;
      if (status / 100 == 2 || status == also) return stream;
      if (!IsRedirect(status)) throw Refusal(*stream);
      auto next = http::ResolveUrl(request.url, stream->head().header("Location").value_or(""));
      auto parts = next ? http::ParseUrl(*next) : std::nullopt;
      if (!parts || parts->origin() != ref.store) {
        throw Error(Origin::kAws, "RedirectRefused",
                    "the server sends its readers on to " +
                        (parts ? parts->origin() : std::string("nowhere")))
            .Remedy("if that is right, name the final address");
      }
      request.url = *next;
    }
    throw Error(Origin::kAws, "RedirectRefused", "the server sends its readers in circles")
        .Remedy("name the final address");
  }

  static Error Refusal(http::ResponseStream& stream) {
    S3Reply reply = ReadS3Reply(stream.head(), ReadErrorBody(stream));
    Error error = ErrorOfS3(reply, S3Verb::kRead, "the server refuses");
    // Each address is its own permission: what is wrong with one says nothing about the others.
    error.With(Scope::kObject);
    if (error.retry() == Retry::kNever && (reply.status == 400 || reply.status == 403)) {
      return std::move(error).Remedy("the address may have expired; ask for a new one");
    }
    return error;
  }

  const RetryPolicy policy_;
  const Stop& stop_;
  const std::unique_ptr<http::Client> http_;
  std::map<Place, std::string> urls_;
  RetryBudget budget_;
};

}  // namespace

std::unique_ptr<ObjectStore> NewHttpsStore(const std::vector<std::string>& urls,
                                           const HttpsOptions& options, const Stop& stop) {
  return std::make_unique<HttpsStore>(urls, options, stop);
}

}  // namespace sluice
