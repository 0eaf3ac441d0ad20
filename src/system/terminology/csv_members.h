// The standard columns of OCL's CSV: which members of which lines they make.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sluice::ocl::csv {

enum class Type { kText, kBool, kInt, kFloat, kList, kJson };

// A member of a line, and the columns it comes from: "a|b" is the first that is not empty.
// "a[#]" has an index in the header's place of #; "@a" stands for "map_a" or "extmap_a".
struct MemberSpec {
  std::string_view name;
  std::string_view columns;
  std::string_view otherwise = "";  // where all are empty; empty: the line has no such member
  Type type = Type::kText;
};

inline constexpr std::string_view kOrganization = "Organization";

inline constexpr MemberSpec kUserMembers[] = {{"username", "username|id"},
                                              {"name", "name"},
                                              {"email", "email"},
                                              {"company", "company"},
                                              {"location", "location"}};

inline constexpr MemberSpec kOrganizationMembers[] = {
    {"id", "id"},           {"name", "name"},         {"company", "company"},
    {"website", "website"}, {"location", "location"}, {"public_access", "public_access", "View"}};

inline constexpr MemberSpec kRepositoryMembers[] = {
    {"id", "id"},
    {"owner", "owner_id"},
    {"owner_type", "owner_type", kOrganization},
    {"name", "name"},
    {"full_name", "full_name|name"},
    {"source_type", "source_type"},
    {"collection_type", "collection_type"},
    {"public_access", "public_access", "View"},
    {"default_locale", "default_locale", "en"},
    {"supported_locales", "supported_locales", "en"},
    {"website", "website"},
    {"description", "description"},
    {"external_id", "external_id"},
    {"custom_validation_schema", "custom_validation_schema"},
    {"canonical_url", "canonical_url"},
    {"hierarchy_meaning", "hierarchy_meaning"},
    {"collection_reference", "collection_reference"},
    {"publisher", "publisher"},
    {"purpose", "purpose"},
    {"copyright", "copyright"},
    {"revision_date", "revision_date"},
    {"text", "text"},
    {"content_type", "content_type"},
    {"locked_date", "locked_date"},
    {"experimental", "experimental", "", Type::kBool},
    {"case_sensitive", "case_sensitive", "", Type::kBool},
    {"compositional", "compositional", "", Type::kBool},
    {"version_needed", "version_needed", "", Type::kBool},
    {"immutable", "immutable", "", Type::kBool},
    {"jurisdiction", "jurisdiction|jurisdiction[#]", "", Type::kList},
    {"identifier", "identifier", "", Type::kJson},
    {"contact", "contact", "", Type::kJson},
    {"meta", "meta", "", Type::kJson}};

inline constexpr MemberSpec kConceptMembers[] = {
    {"id", "id"},
    {"owner", "owner_id"},
    {"owner_type", "owner_type", kOrganization},
    {"source", "source"},
    {"concept_class", "concept_class"},
    {"datatype", "datatype", "None"},
    {"external_id", "external_id"},
    {"retired", "retired", "", Type::kBool},
    {"update_comment", "update_comment"},
    {"parent_concept_urls", "parent_concept_urls|parent_concept_urls[#]", "", Type::kList}};

inline constexpr MemberSpec kNameMembers[] = {
    {"name", "name"},
    {"locale", "name_locale", "en"},
    {"locale_preferred", "name_locale_preferred", "true", Type::kBool},
    {"name_type", "name_type", "Fully Specified"},
    {"external_id", "name_external_id"}};
inline constexpr MemberSpec kMoreNameMembers[] = {
    {"name", "name[#]"},
    {"locale", "name_locale[#]", "en"},
    {"locale_preferred", "name_locale_preferred[#]", "", Type::kBool},
    {"name_type", "name_type[#]"},
    {"external_id", "name_external_id[#]"}};

inline constexpr MemberSpec kDescriptionMembers[] = {
    {"description", "description"},
    {"locale", "description_locale", "en"},
    {"locale_preferred", "description_locale_preferred", "", Type::kBool},
    {"description_type", "description_type"},
    {"external_id", "description_external_id"}};
inline constexpr MemberSpec kMoreDescriptionMembers[] = {
    {"description", "description[#]"},
    {"locale", "description_locale[#]", "en"},
    {"locale_preferred", "description_locale_preferred[#]", "", Type::kBool},
    {"description_type", "description_type[#]"},
    {"external_id", "description_external_id[#]"}};

// Of a mapping in its concept's row.
inline constexpr MemberSpec kOwnMappingMembers[] = {
    {"owner", "@owner_id[#]|owner_id"},
    {"owner_type", "@owner_type[#]|owner_type", kOrganization},
    {"source", "@source[#]|source"},
    {"map_type", "@type[#]", "Same As"},
    {"to_concept_name", "@to_concept_name[#]"},
    {"external_id", "@external_id[#]"},
    {"retired", "retired", "", Type::kBool},
    {"sort_weight", "sort_weight", "", Type::kFloat},
    {"update_comment", "update_comment"}};
// Of one in a row of its own.
inline constexpr MemberSpec kMappingMembers[] = {
    {"id", "id"},
    {"owner", "map_owner_id|owner_id"},
    {"owner_type", "map_owner_type|owner_type", kOrganization},
    {"source", "map_source|source"},
    {"map_type", "map_type", "Same As"},
    {"to_concept_name", "map_to_concept_name|to_concept_name"},
    {"external_id", "external_id"},
    {"retired", "retired", "", Type::kBool},
    {"sort_weight", "sort_weight", "", Type::kFloat},
    {"update_comment", "update_comment"}};

inline constexpr MemberSpec kReferenceMembers[] = {
    {"owner", "owner_id"},
    {"owner_type", "owner_type", kOrganization},
    {"collection", "collection"},
    {"collection_url", "collection_url"},
    {"references", "data:expressions", "", Type::kList}};

inline constexpr MemberSpec kVersionMembers[] = {{"id", "id"},
                                                 {"owner", "owner_id"},
                                                 {"owner_type", "owner_type", kOrganization},
                                                 {"source", "source"},
                                                 {"collection", "collection"},
                                                 {"description", "description"},
                                                 {"external_id", "external_id"},
                                                 {"released", "released", "", Type::kBool},
                                                 {"retired", "retired", "", Type::kBool}};

// Of every line.
inline constexpr MemberSpec kDirectives[] = {{"__action", "__action"}, {"__cascade", "__cascade"}};

// The columns that say where a concept is: its URL, or what the URL is made of.
struct ConceptSpec {
  std::string_view url, owner, owner_type, source, id;
};

struct EndsSpec {
  std::string_view target;  // "Internal" or "External"
  ConceptSpec from, to;
  std::string_view to_source_url;  // of an external one
};

inline constexpr EndsSpec kOwnEnds = {
    .target = "@target[#]",
    .from = {.url = "@from_concept_url[#]",
             .owner = "@from_concept_owner_id[#]|owner_id",
             .owner_type = "@from_concept_owner_type[#]|owner_type",
             .source = "@from_concept_source[#]|source",
             .id = "@from_concept_id[#]|id"},
    .to = {.url = "@to_concept_url[#]",
           .owner = "@to_concept_owner_id[#]|owner_id",
           .owner_type = "@to_concept_owner_type[#]|owner_type",
           .source = "@to_concept_source[#]|source",
           .id = "@to_concept_id[#]"},
    .to_source_url = "@to_source_url[#]"};

inline constexpr EndsSpec kEnds = {
    .target = "map_target",
    .from = {.url = "map_from_concept_url|from_concept_url",
             .owner = "map_from_concept_owner_id|from_concept_owner_id|owner_id",
             .owner_type = "map_from_concept_owner_type|from_concept_owner_type|owner_type",
             .source = "map_from_concept_source|from_concept_source|source",
             .id = "map_from_concept_id|from_concept_id|from_concept_code"},
    .to = {.url = "map_to_concept_url|to_concept_url",
           .owner = "map_to_concept_owner_id|to_concept_owner_id|owner_id",
           .owner_type = "map_to_concept_owner_type|to_concept_owner_type|owner_type",
           .source = "map_to_concept_source|to_concept_source|source",
           .id = "map_to_concept_id|to_concept_id|to_concept_code"},
    .to_source_url = "to_source_url"};

enum Pass : size_t {
  kOwners,
  kSources,
  kCollections,
  kConcepts,
  kInternalMappings,
  kExternalMappings,
  kMappings,
  kReferences,
  kVersions,
};

// What a row of a resource_type is.
struct ResourceSpec {
  std::string_view row_type;
  Pass pass;
  std::string_view line_type;
  std::span<const MemberSpec> members;
  const EndsSpec* ends = nullptr;
  std::string_view target = "";  // where map_target does not say
};

inline constexpr std::string_view kInternal = "Internal";
inline constexpr std::string_view kExternal = "External";

inline constexpr ResourceSpec kResources[] = {
    {"User", kOwners, "User", kUserMembers},
    {"Organization", kOwners, "Organization", kOrganizationMembers},
    {"Source", kSources, "Source", kRepositoryMembers},
    {"Collection", kCollections, "Collection", kRepositoryMembers},
    {"Concept", kConcepts, "Concept", kConceptMembers},
    {"Mapping", kMappings, "Mapping", kMappingMembers, &kEnds, kInternal},
    {"External Mapping", kMappings, "Mapping", kMappingMembers, &kEnds, kExternal},
    {"Reference", kReferences, "Reference", kReferenceMembers},
    {"Source Version", kVersions, "Source Version", kVersionMembers},
    {"Collection Version", kVersions, "Collection Version", kVersionMembers}};

}  // namespace sluice::ocl::csv
