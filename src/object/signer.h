// AWS Signature Version 4 in the Authorization header; see "Signature Version 4 signing process" in
// the AWS General Reference. Why our own: doc/decisions/0003-own-sigv4-signer.md.
#pragma once

#include <chrono>
#include <string>

#include "http/client.h"

namespace sluice {

struct SigningKey {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty for keys that do not expire
};

struct SigningScope {
  std::string region;
  std::string service = "s3";
  std::chrono::system_clock::time_point time;
};

// Adds Host, X-Amz-Date, X-Amz-Security-Token (with a session token) and Authorization. Every
// header that is there already is signed; the payload is the value of X-Amz-Content-Sha256, or else
// the hash of the body. REQUIRES: the URL parses, its path and query are encoded once (uri.h), and
// a parameter without a value has its "=".
void Sign(http::Request& request, const SigningKey& key, const SigningScope& scope);

}  // namespace sluice
