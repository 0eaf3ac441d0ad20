#include "system/fhir/aidbox_error.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

struct Rename {
  std::string_view ours, theirs;
};

// Their two words stand for more than one of S3's.
constexpr std::array kRenames = {
    Rename{"InvalidAccessKeyId", "InvalidAccount"},
    Rename{"SignatureDoesNotMatch", "InvalidAccount"},
    Rename{"NoSuchBucket", "NoSuchKey"},
};

std::string_view TheirCode(std::string_view code) {
  auto found = std::ranges::find(kRenames, code, &Rename::ours);
  return found == kRenames.end() ? code : found->theirs;
}

}  // namespace

AidboxError AsAidboxError(std::string_view origin, std::string_view code,
                          std::string_view message) {
  AidboxError error;
  error.source = origin == ToString(Origin::kSluice) ? "aidbox" : origin;
  error.code = origin == ToString(Origin::kAws) ? TheirCode(code) : code;
  error.message = error.code + ": ";
  if (origin == ToString(Origin::kPostgres)) error.message += "ERROR: ";
  error.message += message;
  return error;
}

AidboxError AsAidboxError(const Error& error) {
  return AsAidboxError(ToString(error.origin()), error.code(), error.message());
}

}  // namespace sluice
