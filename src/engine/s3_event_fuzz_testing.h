// What must hold for any bytes posted to /events/s3; used by the fuzz target and by the replay of
// its seeds.
#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "engine/s3_event.h"
#include "engine/sns_message.h"
#include "http/url.h"

namespace sluice {

inline void FuzzS3Records(std::string_view text) {
  try {
    S3EventBody body = ParseS3Events(text);
    CHECK(!body.is_test || body.created.empty());
    for (const S3Event& event : body.created) {
      CHECK(!event.bucket.empty() && !event.key.empty());
      CHECK(event.key.find('\0') == std::string::npos);
    }
  } catch (const Error& error) {
    CHECK(error.code() == "event-invalid" && error.retry() == Retry::kNever);
  }
}

inline void FuzzS3Event(std::string_view input) {
  if (input.size() > 1 << 16) return;
  FuzzS3Records(input);
  try {
    std::optional<SnsMessage> message = ParseSnsMessage(input);
    if (!message) return;
    CHECK(!IsGenuine(*message, input));  // nothing signs itself
    if (IsOfItsRegion(message->signing_cert_url, message->topic)) {
      // The host as it is asked: names have no case.
      std::string host = http::ParseUrl(message->signing_cert_url).value().host;
      CHECK(host.starts_with("sns.") && host.find(".amazonaws.com") != std::string::npos);
    }
    FuzzS3Records(message->message);
  } catch (const Error& error) {
    CHECK(error.code() == "event-invalid" && error.retry() == Retry::kNever);
  }
}

}  // namespace sluice
