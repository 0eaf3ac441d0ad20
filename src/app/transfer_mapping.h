// The file that `sluice transfer` is given: which tables go where, by way of which prefix.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sluice {

struct TransferTable {
  std::string table;   // where the rows go
  std::string source;  // the table they come from; or
  std::string query;
  std::string path;  // of the parts, without placeholders
  std::string load;  // append, truncate, replace, swap or upsert
  std::string key;   // upsert: columns; empty: the primary key
  bool create = false;
};

struct TransferMapping {
  std::string from;  // empty: the settings say it
  std::vector<TransferTable> tables;
};

// `date`: YYYY-MM-DD, for {YYYY}, {MM} and {DD} in paths. Errors (kRun): "mapping-unreadable";
// "mapping-invalid" with FILE:LINE for what is not YAML, a key that is not known or missing, and
// two tables that would meet in one table or one path.
TransferMapping ReadMapping(const std::filesystem::path& file, const std::string& date);

// "2026-11-29", of UTC.
std::string Today();

}  // namespace sluice
