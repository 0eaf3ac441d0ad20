// What `load images` was asked for. The ledger keeps it as JSON, so that workers anywhere can take
// part. No secrets: the gateway's key is each process's own (gateway_key.h).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace sluice {

// What to do about a registration of which nobody knows whether it happened.
enum class Uncertain { kHold, kRetry };
std::string_view ToString(Uncertain uncertain);

struct ImageOptions {
  std::string gateway;      // URL; /register is below it
  bool idempotent = false;  // it knows a call that comes twice by its Idempotency-Key
  std::string check_user;   // URL that tells whether a user is registered; empty: none
  Uncertain uncertain = Uncertain::kHold;
  // Without a byte of an answer; the portal's own limit is 30 s.
  std::chrono::milliseconds timeout{35000};
  bool operator==(const ImageOptions&) const = default;
};

std::string ToJson(const ImageOptions& options);
// Errors: "ledger-corrupt" (kRun).
ImageOptions ParseImageOptions(const std::string& json);

}  // namespace sluice
