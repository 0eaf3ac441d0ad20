#include "engine/sns_message.h"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "base/rsa.h"
#include "http/url.h"

namespace sluice {
namespace {

using nlohmann::json;

[[noreturn]] void Refuse(const std::string& why) {
  throw Fault("event-invalid", "the SNS message " + why)
      .With(Scope::kRun)
      .Remedy("messages are taken as SNS sends them, without raw delivery");
}

std::string Text(const json& envelope, const char* name) {
  if (!envelope.contains(name) || !envelope[name].is_string()) {
    Refuse(std::string("has no ") + name);
  }
  return envelope[name];
}

// Each name and its value on a line of its own; a subject only where there is one.
std::string SignedText(const json& envelope, std::initializer_list<const char*> names) {
  std::string text;
  for (const char* name : names) {
    if (!envelope.contains(name) && std::string_view(name) == "Subject") continue;
    text.append(name).append("\n").append(Text(envelope, name)).append("\n");
  }
  return text;
}

std::optional<SnsMessage::Kind> KindOf(const json& envelope) {
  if (!envelope.is_object() || !envelope.contains("Type") || !envelope["Type"].is_string()) {
    return std::nullopt;
  }
  const std::string type = envelope["Type"];
  if (type == "Notification") return SnsMessage::Kind::kNotification;
  if (type == "SubscriptionConfirmation") return SnsMessage::Kind::kSubscription;
  if (type == "UnsubscribeConfirmation") return SnsMessage::Kind::kUnsubscription;
  return std::nullopt;
}

// arn:aws:sns:REGION:ACCOUNT:NAME; arn:aws-cn:... in China.
struct TopicPlace {
  std::string partition, region;
};

std::optional<TopicPlace> PlaceOf(std::string_view topic) {
  std::vector<std::string> parts;
  while (parts.size() < 5) {
    size_t colon = topic.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts.emplace_back(topic.substr(0, colon));
    topic.remove_prefix(colon + 1);
  }
  bool is_topic =
      parts[0] == "arn" && parts[2] == "sns" && !parts[3].empty() &&
      parts[3].find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!is_topic) return std::nullopt;
  return TopicPlace{parts[1], parts[3]};
}

}  // namespace

std::optional<SnsMessage> ParseSnsMessage(std::string_view body) {
  json envelope = json::parse(body, nullptr, false);
  std::optional<SnsMessage::Kind> kind = KindOf(envelope);
  if (!kind) return std::nullopt;
  SnsMessage message;
  message.kind = *kind;
  message.topic = Text(envelope, "TopicArn");
  message.message = Text(envelope, "Message");
  message.signing_cert_url = Text(envelope, "SigningCertURL");
  std::string version = Text(envelope, "SignatureVersion");
  if (version != "1" && version != "2")
    Refuse("is signed in another way: " + version.substr(0, 20));
  message.is_sha256 = version == "2";
  std::optional<std::string> signature = FromBase64(Text(envelope, "Signature"));
  if (!signature) Refuse("has a Signature that is no base64");
  message.signature = std::move(*signature);
  if (*kind == SnsMessage::Kind::kNotification) {
    message.signed_text =
        SignedText(envelope, {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"});
  } else {
    message.subscribe_url = Text(envelope, "SubscribeURL");
    message.signed_text = SignedText(envelope, {"Message", "MessageId", "SubscribeURL", "Timestamp",
                                                "Token", "TopicArn", "Type"});
  }
  return message;
}

bool IsOfItsRegion(const std::string& url, const std::string& topic) {
  std::optional<http::Url> parts = http::ParseUrl(url);
  std::optional<TopicPlace> place = PlaceOf(topic);
  if (!parts || !place) return false;
  std::string domain = place->partition == "aws-cn" ? ".amazonaws.com.cn" : ".amazonaws.com";
  return parts->scheme == "https" && (parts->port.empty() || parts->port == "443") &&
         parts->host == "sns." + place->region + domain;
}

bool IsGenuine(const SnsMessage& message, std::string_view certificate_pem) {
  return IsSignedBy(certificate_pem,
                    message.is_sha256 ? SignatureHash::kSha256 : SignatureHash::kSha1,
                    message.signed_text, message.signature);
}

}  // namespace sluice
