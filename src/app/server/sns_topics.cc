#include "app/server/sns_topics.h"

#include <algorithm>

#include "base/error.h"
#include "http/url.h"

namespace sluice {
namespace {

// A region has one or two at a time.
constexpr size_t kCertificatesMax = 16;

Error Unsigned(const std::string& why) {
  return Fault("event-unsigned", "the SNS message " + why)
      .With(Scope::kRun)
      .Remedy("only messages that the topic's own region signed are taken");
}

Error Unreachable(const std::string& url, const std::string& why) {
  return Fault("sns-unreachable", http::Redact(url) + " cannot be had: " + why)
      .With(Scope::kRun)
      .With(Retry::kLater)
      .Remedy("let the server reach sns.REGION.amazonaws.com over https");
}

}  // namespace

void SnsTopics::Check(const SnsMessage& message) {
  if (std::ranges::find(topics_, message.topic) == topics_.end()) {
    throw Fault("topic-refused", "messages of this SNS topic are not taken")
        .With(Scope::kRun)
        .Remedy("whoever runs the server may allow it: sluice serve --sns-topic ARN");
  }
  if (!IsOfItsRegion(message.signing_cert_url, message.topic)) {
    throw Unsigned("names a certificate of somebody else's");
  }
  if (!IsGenuine(message, Certificate(message.signing_cert_url))) {
    throw Unsigned("does not bear the signature of its region");
  }
}

void SnsTopics::Confirm(const SnsMessage& message) const {
  if (!IsOfItsRegion(message.subscribe_url, message.topic)) {
    throw Unsigned("leads to somebody else's address");
  }
  http::Response answer = fetch_(message.subscribe_url);
  if (answer.status != 200) {
    throw Unreachable(message.subscribe_url, "status " + std::to_string(answer.status));
  }
}

std::string SnsTopics::Certificate(const std::string& url) {
  {
    std::lock_guard lock(mutex_);
    if (auto found = certificates_.find(url); found != certificates_.end()) return found->second;
  }
  http::Response answer = fetch_(url);
  if (answer.status != 200) throw Unreachable(url, "status " + std::to_string(answer.status));
  std::lock_guard lock(mutex_);
  if (certificates_.size() >= kCertificatesMax) certificates_.clear();
  return certificates_[url] = answer.body;
}

}  // namespace sluice
