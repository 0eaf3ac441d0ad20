// What the store holds, as a batch sees it: values read from the database or made by earlier lines
// of the batch, with what is still to be written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "system/terminology/ocl_url.h"

namespace sluice::ocl {

using Text = std::optional<std::string>;

// Whether the database knows it as it is.
enum class State { kStored, kChanged, kNew };

// On whose behalf lines are applied.
struct Requester {
  int64_t account_id = 0;
  std::string username;
  bool staff = false;
};

// Names of text attributes, in the order of the `text` arrays and of the tables' columns.
inline constexpr std::array<std::string_view, 5> kAccountText = {"name", "email", "company",
                                                                 "location", "preferred_locale"};
inline constexpr std::array<std::string_view, 4> kOrgText = {"name", "company", "website",
                                                             "location"};
// The fourth is source_type or collection_type in scripts.
inline constexpr std::array<std::string_view, 9> kRepoText = {
    "name",           "full_name",         "description", "repo_type",  "custom_validation_schema",
    "default_locale", "supported_locales", "website",     "external_id"};
inline constexpr size_t kRepoTypeAt = 3;
inline constexpr size_t kSchemaAt = 4;
inline constexpr size_t kLocalesAt = 6;
inline constexpr std::array<std::string_view, 2> kVersionText = {"description", "external_id"};

struct Account {
  int64_t id = 0;
  std::string username;
  bool active = true;
  std::array<Text, kAccountText.size()> text;
  std::string extras = "{}";
  State state = State::kNew;
};

struct Org {
  int64_t id = 0;
  std::string mnemonic;
  std::string access = "View";
  bool has_member = false;  // the requester
  std::array<Text, kOrgText.size()> text;
  std::string extras = "{}";
  State state = State::kNew;
};

struct Repo {
  int64_t id = 0;
  RepoKind kind = RepoKind::kSource;
  std::string url;
  std::string mnemonic;
  OwnerUrl owner;
  int64_t owner_id = 0;
  std::string access = "View";
  bool is_ours = false;  // the requester is its owner or a member of it
  std::array<Text, kRepoText.size()> text;
  std::string extras = "{}";
  std::string properties = "{}";
  State state = State::kNew;

  bool is_openmrs() const { return text[kSchemaAt] == "OpenMRS"; }
};

struct RepoVersion {
  int64_t id = 0;
  int64_t repo_id = 0;
  std::string mnemonic;
  bool released = false;
  std::array<Text, kVersionText.size()> text;
  std::string extras = "{}";
  State state = State::kNew;
};

// Who made it, and when, as bodies say it.
struct Creation {
  std::string created_by, created_on;
};

// JSON members hold canonical text (AppendCanonicalJson), so that equal means equal.
struct ConceptContent {
  std::string concept_class;
  std::string datatype;
  bool retired = false;
  Text external_id;
  std::string extras = "{}";
  std::string names = "[]";
  std::string descriptions = "[]";
  std::string parent_concept_urls = "[]";
  bool operator==(const ConceptContent&) const = default;
};

struct Concept {
  int64_t source_id = 0;
  std::string mnemonic;
  int32_t version = 0;
  ConceptContent content;
  Creation creation;
  State state = State::kNew;
};

struct MappingContent {
  std::string map_type;
  std::string from_url;
  Text to_concept_url;  // or the next two
  Text to_source_url;
  Text to_concept_code;
  Text to_concept_name;
  Text external_id;
  std::string extras = "{}";
  std::optional<double> sort_weight;
  bool retired = false;
  bool operator==(const MappingContent&) const = default;

  // What it maps to, as the store's `target` has it.
  std::string Target() const {
    return to_concept_url ? *to_concept_url
                          : to_source_url.value_or("") + "\n" + to_concept_code.value_or("");
  }
};

struct Mapping {
  int64_t source_id = 0;
  std::string mnemonic;
  int32_t version = 0;
  int64_t from_source_id = 0;
  std::string from_code;
  int64_t to_source_id = 0;  // 0: the target is not a concept that is here
  std::string to_code;
  MappingContent content;
  Creation creation;
  State state = State::kNew;
};

struct Reference {
  int64_t collection_id = 0;
  ItemKind kind = ItemKind::kConcept;
  int64_t source_id = 0;
  std::string mnemonic;
  int32_t version = 0;
  bool present = false;        // it is in the collection
  int32_t stored_version = 0;  // what the database has; 0: nothing
};

// The store's `identity` of a mapping: 32 hex digits.
std::string MappingIdentity(std::string_view map_type, int64_t from_source_id,
                            std::string_view from_code, std::string_view target);

}  // namespace sluice::ocl
