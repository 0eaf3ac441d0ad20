// Checking what others signed with RSA (OpenSSL).
#pragma once

#include <string_view>

namespace sluice {

enum class SignatureHash {
  kSha1,  // where a protocol of others still asks for it
  kSha256,
};

// Whether `signature` (PKCS #1 v1.5, its raw bytes) is that of `message` by the key that the
// certificate (PEM) holds, and the certificate is valid today. False for whatever cannot be read;
// who vouches for the certificate is the caller's business.
bool IsSignedBy(std::string_view certificate_pem, SignatureHash hash, std::string_view message,
                std::string_view signature);

}  // namespace sluice
