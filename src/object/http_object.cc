#include "object/http_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "base/error.h"
#include "object/s3_listing.h"
#include "object/time_text.h"

namespace sluice {
namespace {

std::optional<uint64_t> ReadNumber(std::string_view text) {
  uint64_t number = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct ContentRange {
  uint64_t first, last, total;
};

// "bytes 0-9/100".
std::optional<ContentRange> ReadContentRange(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  size_t dash = text.find('-'), slash = text.find('/');
  if (!text.starts_with(kUnit) || dash == text.npos || slash == text.npos || slash < dash) {
    return std::nullopt;
  }
  auto first = ReadNumber(text.substr(kUnit.size(), dash - kUnit.size()));
  auto last = ReadNumber(text.substr(dash + 1, slash - dash - 1));
  auto total = ReadNumber(text.substr(slash + 1));
  if (!first || !last || !total || *first > *last || *last >= *total) return std::nullopt;
  return ContentRange{*first, *last, *total};
}

Error BadRange(std::string_view subject, std::string_view why) {
  return Error(Origin::kAws, "BadRange", fmt::format("{}: {}", subject, why))
      .With(Retry::kLater)
      .Remedy("a server or proxy on the way does not honour ranges; look there if it stays");
}

class BodySource final : public ByteSource {
 public:
  BodySource(std::unique_ptr<http::ResponseStream> stream, uint64_t body_bytes)
      : stream_(std::move(stream)), left_(body_bytes) {}

  size_t Read(std::span<char> into) override {
    if (left_ == 0) return 0;
    size_t got =
        stream_->Read(into.first(static_cast<size_t>(std::min<uint64_t>(into.size(), left_))));
    if (got == 0) {
      throw Error(Origin::kAws, "TruncatedBody",
                  fmt::format("the reply ended {} bytes before its announced size", left_))
          .With(Retry::kLater);
    }
    left_ -= got;
    return got;
  }

 private:
  const std::unique_ptr<http::ResponseStream> stream_;
  uint64_t left_;
};

}  // namespace

BodyHead ReadBodyHead(const http::Response& head, const ByteRange& range,
                      std::string_view subject) {
  auto length = ReadNumber(head.header("Content-Length").value_or(""));
  if (head.status != 206) {
    if (range.offset != 0) throw BadRange(subject, "the whole object came instead of a range");
    if (!length) {
      throw Error(Origin::kAws, "NoLength",
                  fmt::format("{}: the server does not say how long the object is", subject))
          .Remedy("store it where Content-Length is sent, or download it and load the file");
    }
    // A server may ignore a range; of one from byte 0 no more is read than was wanted.
    return {*length, std::min(*length, range.length.value_or(*length))};
  }
  auto sent = ReadContentRange(head.header("Content-Range").value_or(""));
  if (!sent) throw BadRange(subject, "the reply does not say which range it holds");
  uint64_t wanted =
      range.length ? std::min(*range.length, sent->total - sent->first) : sent->total - sent->first;
  uint64_t body_bytes = sent->last - sent->first + 1;
  if (sent->first != range.offset || body_bytes != wanted || (length && *length != body_bytes)) {
    throw BadRange(subject, fmt::format("bytes {}-{} of {} came instead of {} from {}", sent->first,
                                        sent->last, sent->total, wanted, range.offset));
  }
  return {sent->total, body_bytes};
}

ObjectStat StatOf(const http::Response& head, const ObjectRef& ref, uint64_t total_bytes) {
  ObjectStat stat{ref, total_bytes, {}};
  stat.ref.etag = BareEtag(head.header("ETag").value_or(""));
  if (auto time = ParseHttpDate(head.header("Last-Modified").value_or(""))) {
    stat.last_modified = *time;
  }
  stat.version = head.header("X-Amz-Version-Id").value_or("");
  return stat;
}

std::optional<std::string> RangeHeader(const ByteRange& range) {
  if (range.length) {
    return fmt::format("bytes={}-{}", range.offset, range.offset + *range.length - 1);
  }
  if (range.offset == 0) return std::nullopt;
  return fmt::format("bytes={}-", range.offset);
}

std::unique_ptr<ByteSource> NewBodySource(std::unique_ptr<http::ResponseStream> stream,
                                          uint64_t body_bytes) {
  return std::make_unique<BodySource>(std::move(stream), body_bytes);
}

}  // namespace sluice
