// The one place where what an S3 server says becomes an Error. Aidbox shows some of these codes
// under names of its own (InvalidAccount); that happens at its door, not here.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/client.h"

namespace sluice {

struct S3Reply {
  int status = 0;
  std::string code;     // S3's; empty: the reply had no body (HEAD) or no XML
  std::string message;  // S3's sentence, often empty
  std::string region;   // where the bucket is, if the reply says so
};

// `head` and `body` of a reply that is an error; also of a 200 whose body is one (copy).
S3Reply ReadS3Reply(const http::Response& head, std::string_view body);

// What was asked for, which decides how much a refusal loses.
enum class S3Verb { kList, kRead, kWrite };

// `subject` is for people: "s3://bucket/key". Origin is kAws, the code S3's own, or the usual one
// for the status where the reply has none; but a refused If-Match is "ObjectChanged".
Error ErrorOfS3(const S3Reply& reply, S3Verb verb, std::string_view subject);

// The keys are not valid any more, rather than wrong: worth reading them again.
bool SaysExpired(const S3Reply& reply, bool has_session_token);

}  // namespace sluice
