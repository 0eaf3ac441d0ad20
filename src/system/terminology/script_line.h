// One line of a bulk import script, read as far as it can be without the store: its type, its
// directives, and the URLs of what it speaks of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/json_check.h"
#include "system/terminology/json_text.h"
#include "system/terminology/ocl_url.h"

namespace sluice::ocl {

enum class LineType {
  kUser,
  kOrganization,
  kSource,
  kCollection,
  kConcept,
  kMapping,
  kReference,
  kSourceVersion,
  kCollectionVersion,
};
// As scripts and results write it: "Source Version".
std::string_view ToString(LineType type);

// `__action`; CREATE and NEW are one.
enum class Directive { kCreateOrUpdate, kCreate, kUpdate, kDelete, kSkip, kDeleteIfExists };

struct ScriptLine {
  uint64_t number = 0;     // physical line, from 1
  std::string_view bytes;  // 64 readable bytes follow, for the parser
  std::string fault;       // why it can only be skipped; empty: none
  bool is_typed = false;   // `type` is known
  LineType type = LineType::kUser;
  Directive directive = Directive::kCreateOrUpdate;
  std::string id;              // as stored; empty: none given
  std::string owner_url;       // of the repository's owner; empty for users and orgs
  std::string repo_url;        // the repository, or the one it is about; empty for users and orgs
  std::string object_url;      // in OCL's results
  std::vector<ItemUrl> items;  // concepts and mappings that it refers to
  std::vector<std::string> repos;  // repositories that it refers to besides
  std::string map_type;            // Mapping
  std::string target;              // Mapping: what it maps to, as MappingContent::Target
  bool cascades = false;           // Reference: sourcemappings
  bool wildcard = false;           // Reference: "*"

  bool deletes() const {
    return directive == Directive::kDelete || directive == Directive::kDeleteIfExists;
  }
  bool is_repo() const { return type == LineType::kSource || type == LineType::kCollection; }
  bool is_version() const {
    return type == LineType::kSourceVersion || type == LineType::kCollectionVersion;
  }
};

// Reads lines; keeps its buffers between them.
class LineReader {
 public:
  // REQUIRES: 64 readable bytes after `bytes`. Never throws for what a line holds.
  ScriptLine Read(uint64_t number, std::string_view bytes);
  // The line's members, for a line without fault. Valid until the next call.
  JsonObject Members(const ScriptLine& line);

 private:
  bool Parse(ScriptLine& line, JsonObject& members);
  JsonChecker checker_;
  simdjson::dom::parser parser_;
};

// What a Reference line names: data.expressions, data.concepts, data.mappings, `references`, in
// order.
std::vector<std::string> Expressions(JsonObject members);

}  // namespace sluice::ocl
