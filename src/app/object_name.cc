#include "app/object_name.h"

#include <filesystem>

#include "app/secrets.h"
#include "base/error.h"
#include "object/spool_name.h"

namespace sluice {
namespace {

Error NoObject(const std::string& text) {
  return Fault("usage", "'" + WithoutSecrets(text) + "' names no object")
      .With(Scope::kRun)
      .Remedy("give s3://BUCKET/KEY, a path, an https:// URL, or a bare key");
}

// "s3://BUCKET/KEY" and "spool://UPLOAD/NAME".
ObjectName ReadBucket(const std::string& store, const std::string& text) {
  size_t begin = text.find("://") + 3;
  size_t slash = text.find('/', begin);
  if (slash == std::string::npos || slash == begin || slash + 1 == text.size()) {
    throw NoObject(text);
  }
  return {store, text.substr(begin, slash - begin), text.substr(slash + 1)};
}

ObjectName ReadWeb(const std::string& text) {
  std::string bare = text.substr(0, text.find('?'));
  size_t slash = bare.find('/', bare.find("://") + 3);
  if (slash == std::string::npos) throw NoObject(text);
  return {bare.substr(0, slash), "", bare.substr(slash)};
}

}  // namespace

std::vector<ObjectName> ReadObjectName(const std::string& text) {
  if (text.empty()) throw NoObject(text);
  if (text.starts_with("s3://")) return {ReadBucket("", text)};
  if (text.starts_with("spool://")) return {ReadBucket(std::string(kSpoolStore), text)};
  if (text.starts_with("https://") || text.starts_with("http://")) return {ReadWeb(text)};
  std::vector<ObjectName> names = {{"", "", text}};
  // The path is looked for as the ledger has it, also when the file is gone.
  std::error_code failed;
  std::string file = text.starts_with("file://") ? text.substr(7) : text;
  std::filesystem::path path =
      std::filesystem::weakly_canonical(std::filesystem::absolute(file, failed), failed);
  if (!failed && path.string() != text) names.push_back({"", "", path.string()});
  return names;
}

ObjectName FindObjectOrThrow(pg::Connection& connection, const std::string& text) {
  for (const ObjectName& name : ReadObjectName(text)) {
    bool known =
        !JobsOfObject(connection, name).empty() || !ReceiptsOfObject(connection, name).empty();
    if (known) return name;
  }
  throw Fault("object-unknown", "the ledger knows no object '" + WithoutSecrets(text) + "'")
      .With(Scope::kRun)
      .Remedy("`sluice objects IMPORT` lists an import's objects");
}

}  // namespace sluice
