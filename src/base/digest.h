// Digests and encodings over bytes (OpenSSL).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

using Sha256Bytes = std::array<uint8_t, 32>;

Sha256Bytes Sha256(std::string_view bytes);
Sha256Bytes HmacSha256(std::string_view key, std::string_view bytes);
// SHA-1 where a format of others asks for it; not for security. Cheap for short texts.
using Sha1Bytes = std::array<uint8_t, 20>;
Sha1Bytes Sha1(std::string_view bytes);
// MD5 as Content-MD5 and single-part ETags use it; not for security.
std::array<uint8_t, 16> Md5(std::string_view bytes);
std::string Hex(const uint8_t* bytes, size_t size);
// REQUIRES: an even number of lower-case digits, as the server's encode(..., 'hex') gives them.
std::string FromHex(std::string_view hex);
template <size_t N>
std::string Hex(const std::array<uint8_t, N>& bytes) {
  return Hex(bytes.data(), N);
}
std::string Base64(std::string_view bytes);
// Nothing if the text is no base64 (RFC 4648, with its padding).
std::optional<std::string> FromBase64(std::string_view text);
// `size` bytes from the system's random source.
std::string RandomBytes(size_t size);
// A random UUID (version 4), lower case with hyphens.
std::string RandomUuid();

}  // namespace sluice
