#include "object/s3_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <pugixml.hpp>

namespace sluice {
namespace {

struct Row {
  std::string_view code;
  Retry retry;
  Scope scope;
  std::string_view message;
  std::string_view remedy;
};

constexpr auto kNever = Retry::kNever;
constexpr auto kLater = Retry::kLater;
constexpr auto kObject = Scope::kObject;
constexpr auto kRun = Scope::kRun;

constexpr std::string_view kCheckKeys = "check the access key, its secret and the endpoint";
constexpr std::string_view kFreshKeys = "get fresh keys; a profile file is read again by itself";
constexpr std::string_view kCheckRegion = "name the bucket's region with --region";
constexpr std::string_view kWait = "it is tried again; if it stays, lower --threads or --rate";
constexpr std::string_view kGrantRead = "grant s3:GetObject on the object to the user of the keys";
constexpr std::string_view kReport = "look into the server's log, or report this to its provider";

// See "Error responses", Amazon S3 API Reference.
constexpr auto kRows = std::to_array<Row>({
    {"AccessDenied", kNever, kObject, "the object store refuses access", kGrantRead},
    {"AccountProblem", kNever, kRun, "the account is blocked", "ask the store's provider"},
    {"AllAccessDisabled", kNever, kRun, "all access is switched off", "ask the store's provider"},
    {"AuthorizationHeaderMalformed", kNever, kRun, "signed for the wrong region", kCheckRegion},
    {"BadDigest", kLater, kObject, "the upload was damaged on its way", kWait},
    {"EntityTooLarge", kNever, kObject, "larger than the store takes in one request", kReport},
    {"ExpiredToken", kNever, kRun, "the session token has expired", kFreshKeys},
    {"IllegalLocationConstraintException", kNever, kRun, "the wrong region", kCheckRegion},
    {"IncompleteBody", kLater, kObject, "the upload was cut off", kWait},
    {"InternalError", kLater, kObject, "the object store had a fault", kWait},
    {"InvalidAccessKeyId", kNever, kRun, "the store does not know the access key", kCheckKeys},
    {"InvalidBucketName", kNever, kRun, "no bucket can have this name", "check the name"},
    {"InvalidObjectState", kNever, kObject, "the object is archived",
     "restore it from the archive first (aws s3api restore-object)"},
    {"InvalidRange", kNever, kObject, "the range lies beyond the object's end", kReport},
    {"InvalidToken", kNever, kRun, "the session token is not valid", kFreshKeys},
    {"KeyTooLongError", kNever, kObject, "the key is longer than the store allows", "shorten it"},
    {"MethodNotAllowed", kNever, kObject, "the store does not allow this here", kReport},
    {"NoSuchBucket", kNever, kRun, "there is no such bucket", "check its name and the endpoint"},
    {"NoSuchKey", kNever, kObject, "there is no such object", "check whether it was removed"},
    {"NoSuchUpload", kNever, kObject, "somebody else has ended the upload", "extract again"},
    {"NotImplemented", kNever, kObject, "the store cannot do this", kReport},
    {"NotSignedUp", kNever, kRun, "the account has no object storage", "ask the store's provider"},
    {"ObjectChanged", kNever, kObject, "the object is not the version it was",
     "run the load again; --changed says what happens with changed objects"},
    {"OperationAborted", kLater, kObject, "the store is busy with a conflicting request", kWait},
    {"PermanentRedirect", kNever, kRun, "the bucket is at another endpoint", kCheckRegion},
    {"QuotaExceeded", kNever, kRun, "the store's quota is used up", "make room, or raise it"},
    {"RequestTimeTooSkewed", kNever, kRun, "this machine's clock is wrong", "set the clock (NTP)"},
    {"RequestTimeout", kLater, kObject, "the store waited too long for the request", kWait},
    {"SignatureDoesNotMatch", kNever, kRun, "the secret key is wrong", kCheckKeys},
    {"SlowDown", kLater, kObject, "the object store asks for fewer requests", kWait},
    {"TemporaryRedirect", kNever, kRun, "the bucket is at another endpoint", kCheckRegion},
    {"TokenRefreshRequired", kNever, kRun, "the session token must be renewed", kFreshKeys},
    {"TooManyRequests", kLater, kObject, "the object store asks for fewer requests", kWait},
    {"Unauthorized", kNever, kRun, "the object store does not accept the keys", kCheckKeys},
});

const Row* Find(std::string_view code) {
  auto row = std::lower_bound(kRows.begin(), kRows.end(), code,
                              [](const Row& a, std::string_view b) { return a.code < b; });
  return row != kRows.end() && row->code == code ? &*row : nullptr;
}

// The code a reply without one must have had.
std::string CodeOfStatus(int status, S3Verb verb) {
  switch (status) {
    case 301:
    case 308:
      return "PermanentRedirect";
    case 302:
    case 307:
      return "TemporaryRedirect";
    case 401:
      return "Unauthorized";
    case 403:
      return "AccessDenied";
    case 404:
      return verb == S3Verb::kList ? "NoSuchBucket" : "NoSuchKey";
    case 405:
      return "MethodNotAllowed";
    case 408:
      return "RequestTimeout";
    case 412:
      return "ObjectChanged";
    case 416:
      return "InvalidRange";
    case 429:
      return "TooManyRequests";
    case 500:
      return "InternalError";
    case 501:
      return "NotImplemented";
    case 503:
      return "SlowDown";
    default:
      return fmt::format("Http{}", status);
  }
}

Retry RetryOfStatus(int status) {
  bool passing = status == 408 || status == 429 || (status >= 500 && status != 501);
  return passing ? Retry::kLater : Retry::kNever;
}

}  // namespace

S3Reply ReadS3Reply(const http::Response& head, std::string_view body) {
  S3Reply reply;
  reply.status = head.status;
  pugi::xml_document document;
  if (document.load_buffer(body.data(), body.size())) {
    pugi::xml_node error = document.child("Error");
    reply.code = error.child_value("Code");
    reply.message = error.child_value("Message");
    reply.region = error.child_value("Region");
  }
  if (auto region = head.header("x-amz-bucket-region")) reply.region = *region;
  return reply;
}

Error ErrorOfS3(const S3Reply& reply, S3Verb verb, std::string_view subject) {
  std::string code = reply.code.empty() ? CodeOfStatus(reply.status, verb) : reply.code;
  if (code == "PreconditionFailed" && reply.status == 412) code = "ObjectChanged";
  const Row* row = Find(code);
  std::string message(subject);
  message += ": ";
  message += row != nullptr ? row->message : "the object store refused the request";
  message +=
      reply.code.empty() ? fmt::format(" (HTTP {})", reply.status) : fmt::format(" ({})", code);
  if (row == nullptr && !reply.message.empty()) message += ": " + reply.message;

  Retry retry = row != nullptr ? row->retry : RetryOfStatus(reply.status);
  Scope scope = row != nullptr ? row->scope : Scope::kObject;
  std::string remedy(row != nullptr ? row->remedy : retry == kLater ? kWait : kReport);
  if (code == "AccessDenied" && verb != S3Verb::kRead) {
    remedy = verb == S3Verb::kList ? "grant s3:ListBucket on the bucket to the user of the keys"
                                   : "grant the user of the keys write access to the object";
  }
  // What cannot be listed cannot be loaded at all.
  if (verb == S3Verb::kList && retry == kNever) scope = kRun;
  return Error(Origin::kAws, std::move(code), std::move(message))
      .With(retry)
      .With(scope)
      .Remedy(std::move(remedy));
}

bool SaysExpired(const S3Reply& reply, bool has_session_token) {
  if (reply.code == "ExpiredToken" || reply.code == "TokenRefreshRequired") return true;
  // So Ceph calls an expired token.
  return has_session_token && (reply.code == "InvalidAccessKeyId" || reply.code == "InvalidToken");
}

}  // namespace sluice
