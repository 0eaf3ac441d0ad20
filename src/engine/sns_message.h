// What Amazon SNS posts to an address that subscribed to a topic: an envelope around a message,
// signed by the topic's region (https://docs.aws.amazon.com/sns/latest/dg/
// sns-verify-signature-of-message.html).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice {

struct SnsMessage {
  enum class Kind { kNotification, kSubscription, kUnsubscription };
  Kind kind = Kind::kNotification;
  std::string topic;    // its ARN
  std::string message;  // of a notification: what was published
  std::string subscribe_url;
  std::string signing_cert_url;

  std::string signed_text;
  std::string signature;  // raw bytes
  bool is_sha256 = false;
};

// Nothing for JSON that is no envelope of SNS. Errors (kNever, kRun): "event-invalid" for an
// envelope that lacks something.
std::optional<SnsMessage> ParseSnsMessage(std::string_view body);

// Whether the URL leads to the SNS of the topic's own region, over https: only there a certificate
// is fetched and a subscription confirmed. REQUIRES: `topic` is one that is allowed.
bool IsOfItsRegion(const std::string& url, const std::string& topic);

// Whether the certificate's key signed the message.
bool IsGenuine(const SnsMessage& message, std::string_view certificate_pem);

}  // namespace sluice
