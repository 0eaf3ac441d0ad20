// The manifest of an S3 Inventory report: which files hold its rows, and what their columns are
// ("Configuring Amazon S3 Inventory", Amazon S3 User Guide).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct InventoryManifest {
  struct File {
    std::string key;
    uint64_t size_bytes = 0;
    std::string md5;  // lower-case hex; empty: not told
  };
  // Where in a row these are, from 0. Rows may have further columns.
  struct Columns {
    size_t count = 0;
    size_t bucket = 0, key = 0;
    std::optional<size_t> version, is_latest, is_delete_marker, size, last_modified, etag;
  };

  std::string source_bucket;
  std::string bucket;  // that the files lie in
  Columns columns;
  std::vector<File> files;
};

// Errors (kNever, kRun): "inventory-invalid" with what is missing; "inventory-format" for ORC and
// Parquet, with the setting to change.
InventoryManifest ParseInventoryManifest(std::string_view json);

// Errors (kNever, kRun): "inventory-differs" where `manifest` is not what `checksum`, the text of
// manifest.checksum, was made of.
void CheckManifest(std::string_view manifest, std::string_view checksum);

}  // namespace sluice
