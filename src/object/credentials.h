// Where keys come from, in AWS's order: explicit values, the environment, the profile files. One
// provider serves all threads and reads its source again before the keys expire.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "object/signer.h"

namespace sluice {

struct Credentials {
  SigningKey key;
  std::optional<std::chrono::system_clock::time_point> expires;  // absent: not known to expire
};

struct CredentialOptions {
  std::string access_key_id;  // explicit values; used when both keys are set
  std::string secret_access_key;
  std::string session_token;
  std::string profile;  // explicit; empty: AWS_PROFILE, else "default"
};

// One variable of the environment; nothing if it is unset or empty. Tests give their own.
using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> ProcessEnvironment(const char* name);

// Reads the chain once. An explicit profile goes before the environment's keys, as in the AWS
// tools. Errors (kNever, kRun): "NoCredentials", "NoSuchProfile", "CredentialsUnsupported" (a
// profile with a role, a process or single sign-on).
Credentials ReadCredentials(const CredentialOptions& options, const Environment& environment);

// The region: AWS_REGION, AWS_DEFAULT_REGION, the profile's; empty if none says.
std::string ReadRegion(const CredentialOptions& options, const Environment& environment);

// Thread-safe.
class CredentialProvider {
 public:
  using Source = std::function<Credentials()>;
  using Now = std::function<std::chrono::system_clock::time_point()>;

  // Keys are read again when they have less than this to live.
  static constexpr std::chrono::minutes kRefreshBefore{5};
  // But not more often than this: a file that has expired may stay so for a while.
  static constexpr std::chrono::seconds kRefreshPause{10};

  explicit CredentialProvider(Source source, Now now = std::chrono::system_clock::now);

  // Keys with the generation they are of. Errors: the source's, on first use only.
  struct Current {
    SigningKey key;
    uint64_t generation;
  };
  Current Get();

  // The server refused the keys of `generation` as expired. Reads the source again unless another
  // thread has since. False if the keys are still the refused ones: asking again is in vain.
  bool Refresh(uint64_t generation);

 private:
  bool Reread();  // REQUIRES: mutex_ held

  const Source source_;
  const Now now_;
  std::mutex mutex_;
  std::optional<Credentials> current_;
  uint64_t generation_ = 0;
  std::chrono::system_clock::time_point read_at_;
};

}  // namespace sluice
