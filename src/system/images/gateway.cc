#include "system/images/gateway.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/digest.h"
#include "base/error.h"
#include "system/images/gateway_key.h"
#include "system/images/limits.h"

namespace sluice {
namespace {

using nlohmann::json;
using Kind = CallAnswer::Kind;

// Errors of an execution that pass by themselves: the portal's own, and those that Step Functions
// and Lambda give for throttling and faults of the service.
constexpr std::array<std::string_view, 12> kPassing = {"TransientError",
                                                       "ThrottlingException",
                                                       "TooManyRequestsException",
                                                       "ProvisionedThroughputExceededException",
                                                       "RequestLimitExceeded",
                                                       "TransactionConflictException",
                                                       "Lambda.TooManyRequestsException",
                                                       "Lambda.ServiceException",
                                                       "Lambda.AWSLambdaException",
                                                       "Lambda.SdkClientException",
                                                       "Lambda.ClientExecutionTimeoutException",
                                                       "ServiceUnavailable"};

// A number of seconds; dates are not understood, and count as not said.
std::optional<std::chrono::milliseconds> RetryAfter(const http::Response& reply) {
  std::optional<std::string_view> text = reply.header("Retry-After");
  if (!text) return std::nullopt;
  int64_t seconds = 0;
  auto [end, failed] = std::from_chars(text->begin(), text->end(), seconds);
  if (failed != std::errc() || end != text->end() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::string Text(const json& object, const char* name) {
  auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string Short(std::string text) {
  if (text.size() <= limits::kCauseCharactersMax) return text;
  size_t end = limits::kCauseCharactersMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

// What a body that is no execution's result says of its own fault.
std::string Words(const json& body, int status) {
  std::string words;
  if (body.is_object()) {
    for (const char* name : {"message", "Message", "cause", "error"}) {
      if (words.empty()) words = Text(body, name);
    }
  }
  return "the gateway answered " + std::to_string(status) + (words.empty() ? "" : ": ") +
         Short(words);
}

bool IsExecution(const json& body) {
  if (!body.is_object()) return false;
  constexpr std::array<std::string_view, 5> kStates = {"SUCCEEDED", "FAILED", "TIMED_OUT",
                                                       "ABORTED", "RUNNING"};
  return body.contains("executionArn") ||
         std::ranges::find(kStates, Text(body, "status")) != kStates.end();
}

CallAnswer NotKnown(std::string code, std::string message) {
  return {.kind = Kind::kUncertain, .code = std::move(code), .message = std::move(message)};
}

CallAnswer OfExecution(const json& body) {
  std::string status = Text(body, "status");
  if (status == "SUCCEEDED") {
    json output = json::parse(Text(body, "output"), nullptr, false);
    return {.kind = Kind::kDone, .result = output.is_object() ? Text(output, "ImageId") : ""};
  }
  std::string code = Text(body, "error");
  std::string cause = Short(Text(body, "cause"));
  if (status != "FAILED" || code == "States.Timeout") {
    return NotKnown(code.empty() ? "TimedOut" : code,
                    "the registration ended as " + status + (cause.empty() ? "" : ": " + cause));
  }
  if (code.empty()) code = "FAILED";
  std::string message = "the gateway failed: " + (cause.empty() ? code : cause);
  if (std::ranges::find(kPassing, code) != kPassing.end()) {
    return {.kind = Kind::kLater, .code = code, .message = message};
  }
  return {.kind = Kind::kRefused,
          .code = code,
          .message = message,
          .remedy = "mend what the gateway names, then `sluice retry`"};
}

CallAnswer OfFault(const http::Response& reply, const json& body) {
  int status = reply.status;
  std::string code = "HTTP" + std::to_string(status);
  std::string words = Words(body, status);
  switch (status) {
    case 429:
      return {.kind = Kind::kDown,
              .trips = true,
              .code = code,
              .message = words,
              .pause = RetryAfter(reply)};
    case 503:
      return {.kind = Kind::kLater,
              .trips = true,
              .code = code,
              .message = words,
              .pause = RetryAfter(reply)};
    case 401:
    case 403:
      return {.kind = Kind::kDenied,
              .code = "gateway-denied",
              .message = words,
              .remedy = "set SLUICE_GATEWAY_KEY to a key that the gateway accepts"};
    case 404:
    case 405:
      return {.kind = Kind::kDenied,
              .code = "gateway-denied",
              .message = words,
              .remedy = "look whether --gateway names the stage below which /register lies"};
    case 408:
      return NotKnown(code, words);
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return {.kind = Kind::kDenied,
            .code = "gateway-denied",
            .message = words,
            .remedy = "let --gateway name where it redirects to"};
  }
  if (status >= 500) return NotKnown(code, words);
  return {.kind = Kind::kRefused,
          .code = code,
          .message = words,
          .remedy = "mend what the gateway names, then `sluice retry`"};
}

std::string Below(const std::string& url, const std::string& path) {
  return url + (url.ends_with('/') ? "" : "/") + path;
}

http::Options HttpOptions(const ImageOptions& options, const std::string& ca_bundle,
                          std::chrono::milliseconds connect_timeout) {
  http::Options http;
  http.connect_timeout = connect_timeout;
  http.read_timeout = options.timeout;
  http.stall_max = std::max(http.stall_max, options.timeout);
  http.ca_bundle = ca_bundle;
  return http;
}

}  // namespace

std::string RegistrationBody(const Registration& registration) {
  // The image by itself: it is most of the body, and needs no escapes.
  std::string body = "{\"UserId\":" + json(registration.user_id).dump() +
                     ",\"Properties\":" + json(registration.properties).dump() + ",\"Image\":\"";
  body += Base64(registration.image);
  return body += "\"}";
}

CallAnswer ReadGatewayReply(const http::Response& reply) {
  json body = json::parse(reply.body, nullptr, false);
  if (reply.status < 200 || reply.status >= 300) return OfFault(reply, body);
  if (IsExecution(body)) return OfExecution(body);
  return {.kind = Kind::kDone, .result = body.is_object() ? Text(body, "ImageId") : ""};
}

CallAnswer ReadGatewayError(const Error& error) {
  if (error.code() == "Unreachable" || error.code() == "ConnectTimeout") {
    return {.kind = Kind::kDown, .trips = true, .code = error.code(), .message = error.message()};
  }
  if (error.scope() == Scope::kRun && error.retry() == Retry::kNever) {
    return {.kind = Kind::kDenied,
            .code = error.code(),
            .message = error.message(),
            .remedy = error.remedy()};
  }
  return NotKnown(error.code(), error.message());
}

bool ReadCheckReply(const http::Response& reply) {
  json body = json::parse(reply.body, nullptr, false);
  if (IsExecution(body) && Text(body, "status") == "SUCCEEDED") {
    body = json::parse(Text(body, "output"), nullptr, false);
  }
  if (reply.status == 404) return false;
  if (reply.status >= 200 && reply.status < 300 && body.is_object()) {
    std::string reason = Text(body, "Reason");  // the portal's check-userid function
    if (reason == "User Exist") return true;
    if (reason == "User not Exist") return false;
    auto exists = body.find("exists");
    if (exists != body.end() && exists->is_boolean()) return exists->get<bool>();
  }
  throw Fault("check-user-unclear", "--check-user does not say whether the user is registered: " +
                                        Words(body, reply.status))
      .With(Retry::kLater)
      .Remedy(
          "it must answer {\"Reason\": \"User Exist\"} or \"User not Exist\", or {\"exists\": "
          "true|false}");
}

Gateway::Gateway(const ImageOptions& options, const std::string& ca_bundle,
                 std::chrono::milliseconds connect_timeout)
    : options_(options),
      register_url_(Below(options.gateway, "register")),
      client_(http::NewClient(HttpOptions(options, ca_bundle, connect_timeout), never_)) {}

http::Request Gateway::Post(const std::string& url, std::string body) const {
  http::Request request{"POST", url, {{"Content-Type", "application/json"}}, std::move(body)};
  std::string key = GatewayKey();
  if (!key.empty()) request.headers.emplace_back("x-api-key", key);
  return request;
}

CallAnswer Gateway::Register(const Registration& registration, const std::string& token) {
  http::Request request = Post(register_url_, RegistrationBody(registration));
  if (options_.idempotent) {
    request.headers.emplace_back("Idempotency-Key", token);
  } else {
    // libcurl sends a request again by itself where a connection that it had kept turns out to be
    // dead, so none is kept: what was sent once is never sent twice unseen.
    request.headers.emplace_back("Connection", "close");
  }
  try {
    return ReadGatewayReply(client_->Send(request, limits::kAnswerBytesMax));
  } catch (const Error& error) {
    return ReadGatewayError(error);
  }
}

bool Gateway::Knows(const std::string& user_id) {
  std::string body = json{{"UserId", user_id}}.dump();
  return ReadCheckReply(
      client_->Send(Post(options_.check_user, std::move(body)), limits::kAnswerBytesMax));
}

}  // namespace sluice
