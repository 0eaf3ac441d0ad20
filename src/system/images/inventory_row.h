// One row of a list of objects: of an S3 Inventory, or of a Batch Operations manifest. Keys are
// URL-encoded; an inventory writes a space as '+'.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/object_list.h"
#include "record/delimited_parser.h"
#include "system/images/inventory_manifest.h"

namespace sluice {

// Nothing if it holds a '%' that no two hex digits follow.
std::optional<std::string> DecodeKey(std::string_view encoded, bool plus_is_space);
// As Batch Operations want it: '/' kept, a space as %20.
std::string EncodeKey(std::string_view key);

// What a row says, or why it cannot be read: one sentence. `store` is the list's own.
struct ReadRow {
  ListedObject listed;
  std::string fault;
};
ReadRow ReadInventoryRow(std::span<const DelimitedParser::Field> fields,
                         const InventoryManifest::Columns& columns, const std::string& store);
// Bucket,Key[,VersionId]: the version is not looked at, what the bucket holds now is.
ReadRow ReadBatchRow(std::span<const DelimitedParser::Field> fields, const std::string& store);

}  // namespace sluice
