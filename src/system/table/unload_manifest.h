// The manifest that UNLOAD writes:
// https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html and
// .../r_UNLOAD.html, "MANIFEST [ VERBOSE ]".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/dialect.h"
#include "system/table/table_options.h"

namespace sluice {

struct UnloadManifest {
  struct Entry {
    std::string bucket;
    std::string key;
    bool mandatory = false;
    std::optional<uint64_t> content_length;  // bytes, as the object store has it
    std::optional<uint64_t> record_count;    // a header counts
  };
  std::vector<Entry> entries;
  std::vector<ColumnSpec> schema;  // empty unless VERBOSE
  // What only sluice writes: how the files are written.
  std::optional<Dialect> dialect;
  std::string extract;  // which one wrote it
};

// Errors (kNever, kRun): "manifest-invalid".
UnloadManifest ParseUnloadManifest(std::string_view text);
std::string ToJson(const UnloadManifest& manifest);

// Whether an object's name is one that UNLOAD gives its manifest.
bool IsManifestName(std::string_view key);

}  // namespace sluice
