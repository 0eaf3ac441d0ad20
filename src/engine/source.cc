#include "engine/source.h"

#include <filesystem>

#include "base/error.h"
#include "object/spool_name.h"

namespace sluice {
namespace {

Error Invalid(std::string_view text, std::string_view why) {
  return Fault("source-invalid", "source '" + std::string(text) + "' " + std::string(why))
      .With(Scope::kRun)
      .Remedy(
          "give s3://bucket/prefix, a directory, a file, a presigned https:// URL, or "
          "spool://UPLOAD/NAME");
}

Source ParseBucket(Source::Kind kind, std::string_view text) {
  Source source;
  source.kind = kind;
  std::string_view rest = text.substr(text.find("://") + 3);
  size_t slash = rest.find('/');
  source.bucket = rest.substr(0, slash);
  if (slash != std::string_view::npos) source.prefix = rest.substr(slash + 1);
  return source;
}

Source ParseS3(std::string_view text) {
  Source source = ParseBucket(Source::Kind::kS3, text);
  if (source.bucket.empty()) throw Invalid(text, "names no bucket");
  return source;
}

Source ParseSpool(std::string_view text) {
  Source source = ParseBucket(Source::Kind::kSpool, text);
  if (!IsUploadId(source.bucket)) throw Invalid(text, "names no upload");
  return source;
}

Source ParsePath(std::string_view text) {
  Source source;
  source.kind = Source::Kind::kFile;
  if (text.starts_with("file://")) text.remove_prefix(7);
  if (text.empty()) throw Invalid(text, "is empty");
  std::error_code failed;
  std::filesystem::path path =
      std::filesystem::weakly_canonical(std::filesystem::path(text), failed);
  if (failed || !std::filesystem::exists(path)) throw Invalid(text, "does not exist");
  source.path = path.string();
  return source;
}

}  // namespace

std::string Source::Shown() const {
  switch (kind) {
    case Kind::kS3:
      return "s3://" + bucket + "/" + prefix;
    case Kind::kFile:
      return path;
    case Kind::kSpool:
      return "spool://" + bucket + "/" + prefix;
    case Kind::kHttps:
      return url.substr(0, url.find('?'));
  }
  return "?";
}

Source ParseSource(std::string_view text) {
  if (text.starts_with("s3://")) return ParseS3(text);
  if (text.starts_with("spool://")) return ParseSpool(text);
  if (text.starts_with("https://") || text.starts_with("http://")) {
    Source source;
    source.kind = Source::Kind::kHttps;
    source.url = text;
    return source;
  }
  size_t scheme = text.find("://");
  if (scheme != std::string_view::npos && !text.starts_with("file://")) {
    throw Invalid(text, "has a scheme that sluice does not read");
  }
  return ParsePath(text);
}

}  // namespace sluice
