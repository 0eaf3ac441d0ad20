#include "object/credentials.h"

#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "object/profile.h"
#include "object/time_text.h"

namespace sluice {
namespace {

Error Refusal(std::string code, std::string message, std::string remedy) {
  return Error(Origin::kAws, std::move(code), std::move(message))
      .With(Scope::kRun)
      .Remedy(std::move(remedy));
}

std::string ProfileName(const CredentialOptions& options, const Environment& environment) {
  if (!options.profile.empty()) return options.profile;
  return environment("AWS_PROFILE").value_or("default");
}

std::optional<ProfileSettings> Settings(const CredentialOptions& options,
                                        const Environment& environment) {
  std::string aws = environment("HOME").value_or("") + "/.aws/";
  return ReadProfile(environment("AWS_SHARED_CREDENTIALS_FILE").value_or(aws + "credentials"),
                     environment("AWS_CONFIG_FILE").value_or(aws + "config"),
                     ProfileName(options, environment));
}

std::string Get(const ProfileSettings& settings, const char* name) {
  auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

std::optional<Credentials> FromEnvironment(const Environment& environment) {
  auto id = environment("AWS_ACCESS_KEY_ID");
  auto secret = environment("AWS_SECRET_ACCESS_KEY");
  if (!id || !secret) return std::nullopt;
  return Credentials{{*id, *secret, environment("AWS_SESSION_TOKEN").value_or("")}, std::nullopt};
}

std::optional<Credentials> FromProfile(const ProfileSettings& settings, const std::string& name) {
  Credentials found{{Get(settings, "aws_access_key_id"), Get(settings, "aws_secret_access_key"),
                     Get(settings, "aws_session_token")},
                    std::nullopt};
  if (!found.key.access_key_id.empty() && !found.key.secret_access_key.empty()) {
    // Not AWS's own, but written by most tools that put short-lived keys here, under either name.
    for (const char* field : {"aws_expiration", "expiration"}) {
      if (!found.expires) found.expires = ParseIsoTime(Get(settings, field));
    }
    return found;
  }
  for (const char* field : {"role_arn", "credential_process", "sso_session", "sso_start_url"}) {
    if (!Get(settings, field).empty()) {
      throw Refusal(
          "CredentialsUnsupported",
          "the profile " + name + " gets its keys by " + field + ", which is not supported yet",
          "export keys for it: eval \"$(aws configure export-credentials --profile " + name +
              " --format env)\"");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> ProcessEnvironment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

Credentials ReadCredentials(const CredentialOptions& options, const Environment& environment) {
  if (!options.access_key_id.empty() && !options.secret_access_key.empty()) {
    return {{options.access_key_id, options.secret_access_key, options.session_token},
            std::nullopt};
  }
  if (options.profile.empty()) {
    if (auto found = FromEnvironment(environment)) return *found;
  }
  std::string name = ProfileName(options, environment);
  auto settings = Settings(options, environment);
  if (settings) {
    if (auto found = FromProfile(*settings, name)) return *found;
  } else if (!options.profile.empty() || environment("AWS_PROFILE")) {
    throw Refusal("NoSuchProfile", "there is no profile " + name + " in the AWS files",
                  "see `aws configure list-profiles` and AWS_SHARED_CREDENTIALS_FILE");
  }
  throw Refusal(
      "NoCredentials", "no keys for the object store were found",
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile");
}

std::string ReadRegion(const CredentialOptions& options, const Environment& environment) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto region = environment(name)) return *region;
  }
  auto settings = Settings(options, environment);
  return settings ? Get(*settings, "region") : std::string();
}

CredentialProvider::CredentialProvider(Source source, Now now)
    : source_(std::move(source)), now_(std::move(now)) {}

CredentialProvider::Current CredentialProvider::Get() {
  std::lock_guard lock(mutex_);
  if (!current_) {
    current_ = source_();
    read_at_ = now_();
    ++generation_;
  } else if (current_->expires && now_() + kRefreshBefore >= *current_->expires &&
             now_() - read_at_ >= kRefreshPause) {
    Reread();
  }
  return {current_->key, generation_};
}

bool CredentialProvider::Refresh(uint64_t generation) {
  std::lock_guard lock(mutex_);
  return generation != generation_ || Reread();
}

bool CredentialProvider::Reread() {
  read_at_ = now_();
  try {
    Credentials fresh = source_();
    bool changed = fresh.key.access_key_id != current_->key.access_key_id ||
                   fresh.key.secret_access_key != current_->key.secret_access_key ||
                   fresh.key.session_token != current_->key.session_token;
    current_ = std::move(fresh);
    if (changed) ++generation_;
    return changed;
  } catch (const Error& error) {
    // The old keys may be good for a while yet; the server decides.
    Log(LogLevel::kWarning, std::string("could not read fresh keys: ") + error.what());
    return false;
  }
}

}  // namespace sluice
