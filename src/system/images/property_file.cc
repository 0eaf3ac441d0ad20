#include "system/images/property_file.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "system/images/limits.h"
#include "system/images/whole_object.h"

namespace sluice {
namespace {

using nlohmann::json;

Error Invalid(const std::string& words) {
  return Fault("properties-invalid", words)
      .Remedy(
          "let the tag Properties name an s3://BUCKET/KEY.json that holds a map of text to "
          "text, then `sluice retry`");
}

}  // namespace

ObjectRef ParsePropertyPath(const std::string& path, const std::string& store) {
  constexpr std::string_view kScheme = "s3://";
  bool sound = path.starts_with(kScheme) && path.ends_with(".json");
  size_t slash = sound ? path.find('/', kScheme.size()) : path.npos;
  if (slash == path.npos || slash == kScheme.size() || slash + 1 == path.size()) {
    throw Invalid("Invalid Path " + path);
  }
  return {store, path.substr(kScheme.size(), slash - kScheme.size()), path.substr(slash + 1), ""};
}

Properties ParseProperties(const std::string& text, const std::string& path) {
  json map = json::parse(text, nullptr, false);
  if (!map.is_object()) throw Invalid("Unable to deserialize " + path);
  Properties properties;
  for (const auto& [name, value] : map.items()) {
    if (!value.is_string()) throw Invalid("Unable to deserialize " + path);
    properties[name] = value.get<std::string>();
  }
  return properties;
}

Properties PropertyFiles::Get(StoreSet& stores, const std::string& store, const std::string& path) {
  Clock::time_point now = Clock::now();
  {
    std::lock_guard lock(mutex_);
    auto kept = kept_.find(path);
    if (kept != kept_.end() && kept->second.until > now) return kept->second.properties;
  }
  ObjectRef ref = ParsePropertyPath(path, store);
  std::string text;
  try {
    text = ReadWholeObject(stores.For(ref), ref, limits::kPropertyBytesMax);
  } catch (const Error& error) {
    if (error.code() == "object-too-large") throw Invalid("Unable to deserialize " + path);
    if (error.retry() != Retry::kNever) throw;
    throw Invalid("Unable to fetch " + path);
  }
  Properties properties = ParseProperties(text, path);
  std::lock_guard lock(mutex_);
  if (kept_.size() >= limits::kPropertyFilesKept) kept_.clear();
  kept_[path] = {properties, now + limits::kPropertyFileKept};
  return properties;
}

}  // namespace sluice
