#include "object/s3_client.h"

#include <fmt/format.h>

#include <array>

#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "base/unit.h"
#include "object/time_text.h"
#include "object/uri.h"

namespace sluice {
namespace {

using std::chrono::system_clock;

// Error replies are short; what is longer is not S3's.
constexpr size_t kErrorBodyMax = 64 * kKiB;

std::string Subject(const S3Call& call) {
  if (call.verb == S3Verb::kList) return "listing s3://" + call.bucket;
  return "s3://" + call.bucket + "/" + call.key;
}

std::string ReadBody(http::ResponseStream& stream, size_t max) {
  std::string body;
  std::array<char, 16 * kKiB> piece;
  while (size_t got = stream.Read(piece)) {
    if (body.size() + got > max) {
      throw Error(Origin::kAws, "BodyTooLarge",
                  "the reply is larger than " + FormatBytes(max) + ", which no such reply is");
    }
    body.append(piece.data(), got);
  }
  return body;
}

// Copy and its like answer 200 before they know how it ends.
bool IsErrorInside(std::string_view body) {
  return body.substr(0, 200).find("<Error>") != body.npos;
}

}  // namespace

// What was put right for one call already.
struct S3Client::Mended {
  bool region = false;
  bool clock = false;
  bool keys = false;
};

// Of one attempt: a success, or the reply that says why not.
struct S3Client::Outcome {
  http::Response response;
  std::unique_ptr<http::ResponseStream> stream;
  std::optional<S3Reply> refusal;
};

S3Client::S3Client(S3Address address, CredentialProvider::Source keys, const http::Options& http,
                   const RetryPolicy& policy, const Stop& stop)
    : address_(std::move(address)),
      policy_(policy),
      stop_(stop),
      http_(http::NewClient(http, stop)),
      keys_(std::move(keys)) {}

http::Response S3Client::Send(const S3Call& call, std::string_view body) {
  return Run(call, body, true).response;
}

std::unique_ptr<http::ResponseStream> S3Client::Open(const S3Call& call) {
  return Run(call, {}, false).stream;
}

S3Client::Outcome S3Client::Run(S3Call call, std::string_view body, bool whole) {
  Mended mended;
  return Retrying(policy_, budget_, stop_, [&] {
    for (;;) {
      auto keys = keys_.Get();
      Outcome outcome;
      try {
        outcome = Try(Sign(call, body, keys), call, whole);
      } catch (Error& error) {
        error.Within(Subject(call));
        throw;
      }
      if (!outcome.refusal) return outcome;
      if (!Mend(call, keys, outcome, mended)) {
        throw ErrorOfS3(*outcome.refusal, call.verb, Subject(call));
      }
    }
  });
}

S3Client::Outcome S3Client::Try(http::Request request, const S3Call& call, bool whole) {
  Outcome outcome;
  outcome.stream = http_->Open(std::move(request));
  outcome.response = outcome.stream->head();
  bool success = outcome.response.status / 100 == 2;
  if (success && !whole) return outcome;
  std::string& body = outcome.response.body;
  body = ReadBody(*outcome.stream, success ? call.reply_max : kErrorBodyMax);
  outcome.stream.reset();
  if (!success || (call.verb == S3Verb::kWrite && IsErrorInside(body))) {
    outcome.refusal = ReadS3Reply(outcome.response, body);
    // Inside a success, the status says nothing; without a row for the code it is a fault of the
    // server.
    if (success) outcome.refusal->status = 500;
  }
  return outcome;
}

http::Request S3Client::Sign(const S3Call& call, std::string_view body,
                             const CredentialProvider::Current& keys) {
  std::string region = RegionOf(call.bucket);
  http::Request request;
  request.method = call.method;
  request.url = address_.UrlOf(region, call.bucket, call.key);
  char separator = '?';
  for (const auto& [name, value] : call.parameters) {
    request.url += separator + EncodeUri(name) + "=" + EncodeUri(value);
    separator = '&';
  }
  request.headers = call.headers;
  request.headers.emplace_back("X-Amz-Content-Sha256", Hex(Sha256(body)));
  request.body = body;
  auto now = system_clock::now() + std::chrono::seconds(clock_offset_seconds_.load());
  sluice::Sign(request, keys.key, {region, "s3", now});
  return request;
}

bool S3Client::Mend(S3Call& call, const CredentialProvider::Current& keys, const Outcome& outcome,
                    Mended& mended) {
  const S3Reply& reply = *outcome.refusal;
  if (call.method == "HEAD" && (reply.status == 400 || reply.status == 403)) {
    // A reply to HEAD has no body and so no code; one to GET tells what is wrong.
    call.method = "GET";
    call.headers.emplace_back("Range", "bytes=0-0");
    return true;
  }
  if (!reply.region.empty() && reply.region != RegionOf(call.bucket) && !mended.region) {
    mended.region = true;
    std::lock_guard lock(mutex_);
    regions_[call.bucket] = reply.region;
    return true;
  }
  if (reply.code == "RequestTimeTooSkewed" && !mended.clock) {
    mended.clock = true;
    return CorrectClock(outcome.response);
  }
  if (SaysExpired(reply, !keys.key.session_token.empty()) && !mended.keys) {
    mended.keys = true;
    return keys_.Refresh(keys.generation);
  }
  return false;
}

std::string S3Client::RegionOf(const std::string& bucket) {
  std::lock_guard lock(mutex_);
  auto found = regions_.find(bucket);
  return found == regions_.end() ? address_.region() : found->second;
}

bool S3Client::CorrectClock(const http::Response& head) {
  auto theirs = ParseHttpDate(head.header("Date").value_or(""));
  if (!theirs) return false;
  auto ahead = std::chrono::round<std::chrono::seconds>(*theirs - system_clock::now());
  clock_offset_seconds_ = ahead.count();
  Log(LogLevel::kWarning,
      fmt::format("this machine's clock is {} {} the object store's, whose time is used for "
                  "signatures; set the clock",
                  FormatSeconds(static_cast<double>(std::abs(ahead.count()))),
                  ahead.count() > 0 ? "behind" : "ahead of"));
  return true;
}

}  // namespace sluice
