// An object that arrives as the body of an HTTP reply: what its head promises, and a source that
// holds it to that. Shared by the S3 and the https stores.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "bytes/byte_source.h"
#include "http/client.h"
#include "object/object_store.h"

namespace sluice {

struct BodyHead {
  uint64_t total_bytes = 0;  // of the whole object
  uint64_t body_bytes = 0;   // of this reply
};

// Checks a 200 or 206 against the range that was asked for. Errors (kAws): "BadRange" (kLater:
// other bytes than those asked for), "NoLength" (kNever).
BodyHead ReadBodyHead(const http::Response& head, const ByteRange& range, std::string_view subject);

// ETag, size and time of `head` for the object `ref`.
ObjectStat StatOf(const http::Response& head, const ObjectRef& ref, uint64_t total_bytes);

// The header for `range`; nothing for the whole object. An empty object has no byte 0, so a range
// from 0 to the end must not be asked for as one.
std::optional<std::string> RangeHeader(const ByteRange& range);

// Gives exactly `body_bytes`; fewer from the network is "TruncatedBody", even where HTTP sees no
// fault.
std::unique_ptr<ByteSource> NewBodySource(std::unique_ptr<http::ResponseStream> stream,
                                          uint64_t body_bytes);

}  // namespace sluice
