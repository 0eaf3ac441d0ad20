// The topics of Amazon SNS whose messages are taken: that they are genuine, and the handshake by
// which a topic subscribes this server.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/sns_message.h"
#include "http/client.h"

namespace sluice {

class SnsTopics {
 public:
  // Gets a URL that is one of SNS's own; throws as http::Client::Send.
  using Fetch = std::function<http::Response(const std::string& url)>;

  // `topics`: ARNs.
  SnsTopics(std::vector<std::string> topics, Fetch fetch)
      : topics_(std::move(topics)), fetch_(std::move(fetch)) {}

  // Thread-safe. Errors (kNever, kRun): "topic-refused" for a topic that is not allowed,
  // "event-unsigned" for a message that its region did not sign; (kLater) "sns-unreachable".
  void Check(const SnsMessage& message);
  // Tells SNS that this server wants the topic. REQUIRES: Check passed. Errors: as Check.
  void Confirm(const SnsMessage& message) const;

 private:
  std::string Certificate(const std::string& url);

  const std::vector<std::string> topics_;
  const Fetch fetch_;
  std::mutex mutex_;
  std::map<std::string, std::string> certificates_;  // by URL
};

}  // namespace sluice
