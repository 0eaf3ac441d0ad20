#include "system/images/inventory_manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/error.h"

namespace sluice {
namespace {

using nlohmann::json;

Error Invalid(const std::string& why) {
  return Fault("inventory-invalid", "it is no S3 Inventory manifest that can be read: " + why)
      .With(Scope::kRun)
      .Remedy("name the manifest.json of an inventory report");
}

std::string Text(const json& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end() || !found->is_string()) throw Invalid(std::string("it has no ") + name);
  return found->get<std::string>();
}

// "arn:aws:s3:::bucket"; other partitions have other beginnings.
std::string BucketOfArn(const std::string& arn) {
  size_t colon = arn.rfind(':');
  return colon == arn.npos ? arn : arn.substr(colon + 1);
}

InventoryManifest::Columns ReadColumns(const std::string& schema) {
  InventoryManifest::Columns columns;
  std::optional<size_t> bucket, key;
  for (size_t at = 0; at <= schema.size(); ++columns.count) {
    size_t comma = std::min(schema.find(',', at), schema.size());
    std::string name = schema.substr(at, comma - at);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    size_t place = columns.count;
    if (name == "Bucket") bucket = place;
    if (name == "Key") key = place;
    if (name == "VersionId") columns.version = place;
    if (name == "IsLatest") columns.is_latest = place;
    if (name == "IsDeleteMarker") columns.is_delete_marker = place;
    if (name == "Size") columns.size = place;
    if (name == "LastModifiedDate") columns.last_modified = place;
    if (name == "ETag") columns.etag = place;
    at = comma + 1;
  }
  if (!bucket || !key) throw Invalid("its fileSchema names no Bucket and Key");
  columns.bucket = *bucket;
  columns.key = *key;
  return columns;
}

bool IsMd5(std::string_view text) {
  return text.size() == 32 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

InventoryManifest::File ReadFile(const json& file) {
  if (!file.is_object()) throw Invalid("one of its files is no object");
  InventoryManifest::File read{.key = Text(file, "key"), .size_bytes = 0, .md5 = {}};
  auto size = file.find("size");
  if (size == file.end() || !size->is_number_unsigned()) {
    throw Invalid("file " + read.key + " has no size");
  }
  read.size_bytes = size->get<uint64_t>();
  std::string md5 = file.contains("MD5checksum") ? Text(file, "MD5checksum") : "";
  if (IsMd5(md5)) read.md5 = md5;
  return read;
}

}  // namespace

InventoryManifest ParseInventoryManifest(std::string_view text) {
  json manifest = json::parse(text, nullptr, false);
  if (!manifest.is_object()) throw Invalid("it is no JSON object");
  std::string format = Text(manifest, "fileFormat");
  if (format == "ORC" || format == "Parquet") {
    throw Fault("inventory-format", "the inventory is written as " + format)
        .With(Scope::kRun)
        .Remedy(
            "set the inventory configuration's output format to CSV (aws s3api "
            "put-bucket-inventory-configuration, Destination.S3BucketDestination.Format)");
  }
  if (format != "CSV") throw Invalid("its fileFormat is " + format);
  InventoryManifest read;
  read.source_bucket = Text(manifest, "sourceBucket");
  read.bucket = BucketOfArn(Text(manifest, "destinationBucket"));
  read.columns = ReadColumns(Text(manifest, "fileSchema"));
  auto files = manifest.find("files");
  if (files == manifest.end() || !files->is_array()) throw Invalid("it has no list of files");
  for (const json& file : *files) read.files.push_back(ReadFile(file));
  return read;
}

void CheckManifest(std::string_view manifest, std::string_view checksum) {
  std::string_view told = checksum.substr(0, 32);
  if (IsMd5(told) && Hex(Md5(manifest)) == told) return;
  throw Fault("inventory-differs",
              "manifest.json is not the one that manifest.checksum was made of")
      .With(Scope::kRun)
      .Remedy("wait until the report is whole, or load the next one");
}

}  // namespace sluice
