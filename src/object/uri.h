// Percent-encoding as S3 signs it: RFC 3986 unreserved bytes bare, all others as upper-case hex.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Of a query parameter, a bucket or any single part: '/' is encoded too.
std::string EncodeUri(std::string_view bytes);
// Of an object key as a path: '/' stays.
std::string EncodeUriPath(std::string_view bytes);
// The bytes again; a '%' without two hex digits stands for itself. With `plus_is_space`, "+" too,
// as AWS writes keys in listings.
std::string DecodeUri(std::string_view text, bool plus_is_space = false);

}  // namespace sluice
