// What can be wrong with a JSON text, in words for a reject.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice {

// Containers inside each other. With its default max_stack_depth of 2 MB, PostgreSQL 15 on x86-64
// takes 13,090 nested objects and 14,544 nested arrays; builds and versions differ in stack per
// level.
inline constexpr size_t kJsonDepthMax = 6000;

// The reject reason of each fault, as ToReason gives it:
//
//   json-syntax         not JSON, or JSON that ends too early
//   json-trailing       something follows the JSON value
//   json-utf8           bytes that are not UTF-8
//   json-control        an unescaped control character inside a string
//   json-nul            the escape \u0000, which PostgreSQL's text cannot hold
//   json-surrogate      an escape \uD800 to \uDFFF that is not half of a pair
//   json-depth          nesting deeper than kJsonDepthMax
//   json-number         a number beyond PostgreSQL's numeric: more than 131,072 digits before the
//                       decimal point or more than 16,383 after it
//   json-duplicate-key  an object with the same name twice, after unescaping
enum class JsonFault {
  kNone,
  kSyntax,
  kTrailing,
  kUtf8,
  kControl,
  kNul,
  kSurrogate,
  kDepth,
  kNumber,
  kDuplicateKey,
};

std::string_view ToReason(JsonFault fault);

// One sentence that says where in the record, without its contents. REQUIRES: a fault
std::string Message(JsonFault fault, size_t at);

// One sentence. REQUIRES: a fault
std::string_view Remedy(JsonFault fault);

}  // namespace sluice
