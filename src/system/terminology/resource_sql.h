// The statements by which what the store holds is read back, a page at a time. Of every list there
// is a count, and the page: LIMIT $1 OFFSET $2. Who asks: $3 account, $4 staff.
#pragma once

#include "system/terminology/ocl_sql.h"

namespace sluice::ocl::sql {

// What is not visible to somebody does not exist for them.
#define SLUICE_SEES_ORG                                   \
  "($4::boolean OR o.public_access <> 'None' OR EXISTS (" \
  "SELECT FROM ocl.member m WHERE m.org_id = o.id AND m.account_id = $3::int8))"
#define SLUICE_SEES_REPO                                                             \
  "($4::boolean OR r.public_access <> 'None' OR r.account_id = $3::int8 OR EXISTS (" \
  "SELECT FROM ocl.member m WHERE m.org_id = r.org_id AND m.account_id = $3::int8)) "
#define SLUICE_PAGE " LIMIT $1::int8 OFFSET $2::int8"
// A page has all of what is asked for when $1 is its number, so counting takes both.
#define SLUICE_COUNT "SELECT count(*) FROM (SELECT $1::int8, $2::int8, $3::int8, $4::boolean "

// $5: in the name or the id, or NULL; $6: one id, or NULL.
#define SLUICE_ORGS                                                                      \
  "FROM ocl.org o WHERE " SLUICE_SEES_ORG                                                \
  " AND ($5::text IS NULL OR strpos(lower(o.mnemonic || ' ' || o.name), lower($5)) > 0)" \
  " AND ($6::text IS NULL OR o.mnemonic = $6)"
inline constexpr char kCountOrgs[] = SLUICE_COUNT SLUICE_ORGS ") AS all_of_them";
inline constexpr char kPageOrgs[] =
    "SELECT o.mnemonic, o.id, o.public_access, false, o.extras, o.name, o.company, o.website, "
    "o.location, o.created_by, " SLUICE_TIME("o.created_at") ", o.updated_by, " SLUICE_TIME(
        "o.updated_at") " " SLUICE_ORGS " ORDER BY o.mnemonic" SLUICE_PAGE;

#define SLUICE_USERS                                                                    \
  "FROM ocl.account a WHERE a.active"                                                   \
  " AND ($5::text IS NULL OR strpos(lower(a.username || ' ' || coalesce(a.name, '')), " \
  "lower($5)) > 0) AND ($6::text IS NULL OR a.username = $6)"                           \
  " AND ($3::int8 IS NULL OR $4::boolean IS NOT NULL)"
inline constexpr char kCountUsers[] = SLUICE_COUNT SLUICE_USERS ") AS all_of_them";
inline constexpr char kPageUsers[] =
    "SELECT a.username, a.id, a.active, a.extras, a.name, a.email, a.company, a.location, "
    "a.preferred_locale, a.created_by, " SLUICE_TIME("a.created_at") ", a.updated_by, " SLUICE_TIME(
        "a.updated_at") " " SLUICE_USERS " ORDER BY a.username" SLUICE_PAGE;

// $5 as before; $6 one URL or NULL; $7 kind; $8 what the URL begins with.
#define SLUICE_REPOS                                                              \
  "FROM ocl.repo r WHERE " SLUICE_SEES_REPO                                       \
  " AND ($5::text IS NULL OR strpos(lower(r.mnemonic || ' ' || r.name || ' ' || " \
  "coalesce(r.full_name, '')), lower($5)) > 0)"                                   \
  " AND ($6::text IS NULL OR r.url = $6) AND r.kind = $7 AND starts_with(r.url, $8)"
inline constexpr char kCountRepos[] = SLUICE_COUNT SLUICE_REPOS ") AS all_of_them";
inline constexpr char kPageRepos[] =
    "SELECT r.url, r.id, r.kind = 'source', r.mnemonic, coalesce(r.org_id, r.account_id), "
    "r.public_access, false, r.extras, r.properties, r.name, r.full_name, r.description, "
    "r.repo_type, r.custom_validation_schema, r.default_locale, r.supported_locales, r.website, "
    "r.external_id, r.created_by, " SLUICE_TIME("r.created_at") ", r.updated_by, " SLUICE_TIME(
        "r.updated_at") " " SLUICE_REPOS " ORDER BY r.url" SLUICE_PAGE;

// $5 as before; $6 one id or NULL; $7 repository.
#define SLUICE_VERSIONS                                                                 \
  "FROM ocl.repo_version v JOIN ocl.repo r ON r.id = v.repo_id WHERE " SLUICE_SEES_REPO \
  " AND ($5::text IS NULL OR strpos(lower(v.mnemonic), lower($5)) > 0)"                 \
  " AND ($6::text IS NULL OR v.mnemonic = $6) AND v.repo_id = $7::int8"
inline constexpr char kCountVersions[] = SLUICE_COUNT SLUICE_VERSIONS ") AS all_of_them";
inline constexpr char kPageVersions[] =
    "SELECT v.repo_id, v.mnemonic, v.id, v.released, v.extras, v.description, v.external_id, "
    "v.created_by, " SLUICE_TIME("v.created_at") ", v.updated_by, " SLUICE_TIME(
        "v.updated_at") " " SLUICE_VERSIONS " ORDER BY v.created_at DESC, v.id DESC" SLUICE_PAGE;

// What a repository holds of a kind: $7 repository, $8 its version or NULL. Of a source its own, of
// a collection what it refers to. A version of either holds its members.
#define SLUICE_HELD(kind, table)                                                   \
  "WITH held AS ("                                                                 \
  "SELECT c.source_id, c.mnemonic, c.version FROM " table                          \
  " c WHERE c.source_id = $7::int8 "                                               \
  "  AND $8::int8 IS NULL "                                                        \
  "UNION ALL SELECT f.source_id, f.mnemonic, f.version FROM ocl.reference f "      \
  "  WHERE f.collection_id = $7::int8 AND f.kind = '" kind                         \
  "' AND $8::int8 IS NULL "                                                        \
  "UNION ALL SELECT m.source_id, m.mnemonic, m.version FROM ocl.version_member m " \
  "  WHERE m.repo_version_id = $8::int8 AND m.kind = '" kind "') "

// $5 in its id or its names, or NULL; $6 one id or NULL; $9 retired ones too.
#define SLUICE_CONCEPTS                                                                         \
  "FROM held h JOIN ocl.concept_version v ON v.source_id = h.source_id "                        \
  "  AND v.mnemonic = h.mnemonic AND v.version = h.version "                                    \
  "JOIN ocl.concept c ON c.source_id = h.source_id AND c.mnemonic = h.mnemonic "                \
  "JOIN ocl.repo r ON r.id = h.source_id WHERE " SLUICE_SEES_REPO                               \
  " AND ($5::text IS NULL OR strpos(lower(h.mnemonic || ' ' || v.names::text), lower($5)) > 0)" \
  " AND ($6::text IS NULL OR h.mnemonic = $6) AND ($9::boolean OR NOT v.retired)"
#define SLUICE_CONCEPT_ROW \
  "SELECT v.source_id, v.mnemonic, v.version, v.concept_class, v.datatype, v.retired, "          \
  "v.external_id, v.extras, v.names, v.descriptions, v.parent_concept_urls, c.created_by, "      \
  SLUICE_TIME("c.created_at") ", v.created_by, " SLUICE_TIME("v.created_at") ", "                \
  "v.update_comment, r.url, r.public_access "
inline constexpr char kCountConcepts[] =
    SLUICE_HELD("concept", "ocl.concept") SLUICE_COUNT SLUICE_CONCEPTS ") AS all_of_them";
inline constexpr char kPageConcepts[] = SLUICE_HELD("concept", "ocl.concept")
    SLUICE_CONCEPT_ROW SLUICE_CONCEPTS " ORDER BY h.mnemonic, h.source_id" SLUICE_PAGE;

// $5 in its id, its type or what it maps; $10 only from this concept's URL, or NULL.
#define SLUICE_MAPPINGS                                                                        \
  "FROM held h JOIN ocl.mapping_version v ON v.source_id = h.source_id "                       \
  "  AND v.mnemonic = h.mnemonic AND v.version = h.version "                                   \
  "JOIN ocl.mapping m ON m.source_id = h.source_id AND m.mnemonic = h.mnemonic "               \
  "JOIN ocl.repo r ON r.id = h.source_id WHERE " SLUICE_SEES_REPO                              \
  " AND ($5::text IS NULL OR strpos(lower(concat_ws(' ', h.mnemonic, v.map_type, v.from_url, " \
  "v.to_concept_url, v.to_concept_code, v.to_concept_name)), lower($5)) > 0)"                  \
  " AND ($6::text IS NULL OR h.mnemonic = $6) AND ($9::boolean OR NOT v.retired)"              \
  " AND ($10::text IS NULL OR v.from_url = $10)"
// The names of a concept that a mapping maps, where the reader sees it.
#define SLUICE_NAMES_AT(source, code)                                            \
  "(SELECT n.names FROM ocl.repo r JOIN ocl.concept c ON c.source_id = r.id "    \
  "JOIN ocl.concept_version n ON n.source_id = c.source_id "                     \
  "  AND n.mnemonic = c.mnemonic AND n.version = c.version WHERE r.id = " source \
  " AND c.mnemonic = " code " AND " SLUICE_SEES_REPO ")"
#define SLUICE_MAPPING_ROW \
  "SELECT " SLUICE_MAPPING_VALUES ", m.created_by, " SLUICE_TIME(                               \
      "m.created_at") ", v.created_by, " SLUICE_TIME("v.created_at") ", v.update_comment, "     \
  "r.url, r.public_access, " SLUICE_NAMES_AT("m.from_source_id", "m.from_code") ", "            \
  SLUICE_NAMES_AT("m.to_source_id", "m.to_code") " "
#define SLUICE_MAPPING_VALUES                                                           \
  "m.source_id, m.mnemonic, v.version, m.from_source_id, m.from_code, m.to_source_id, " \
  "m.to_code, v.map_type, v.from_url, v.to_concept_url, v.to_source_url, "              \
  "v.to_concept_code, v.to_concept_name, v.external_id, v.extras, v.sort_weight, v.retired"
inline constexpr char kCountMappings[] =
    SLUICE_HELD("mapping", "ocl.mapping") SLUICE_COUNT SLUICE_MAPPINGS ") AS all_of_them";
inline constexpr char kPageMappings[] = SLUICE_HELD("mapping", "ocl.mapping")
    SLUICE_MAPPING_ROW SLUICE_MAPPINGS " ORDER BY h.mnemonic, h.source_id" SLUICE_PAGE;

// All versions of one concept or mapping, the newest first. $5 source, $6 id, $7 one version or
// NULL.
#define SLUICE_CONCEPT_VERSIONS                                                                 \
  "FROM ocl.concept_version v JOIN ocl.concept c ON c.source_id = v.source_id "                 \
  "  AND c.mnemonic = v.mnemonic JOIN ocl.repo r ON r.id = v.source_id WHERE " SLUICE_SEES_REPO \
  " AND v.source_id = $5::int8 AND v.mnemonic = $6 AND ($7::int4 IS NULL OR v.version = $7)"
inline constexpr char kCountConceptVersions[] =
    SLUICE_COUNT SLUICE_CONCEPT_VERSIONS ") AS all_of_them";
inline constexpr char kPageConceptVersions[] =
    SLUICE_CONCEPT_ROW SLUICE_CONCEPT_VERSIONS " ORDER BY v.version DESC" SLUICE_PAGE;
#define SLUICE_MAPPING_VERSIONS                                                                 \
  "FROM ocl.mapping_version v JOIN ocl.mapping m ON m.source_id = v.source_id "                 \
  "  AND m.mnemonic = v.mnemonic JOIN ocl.repo r ON r.id = v.source_id WHERE " SLUICE_SEES_REPO \
  " AND v.source_id = $5::int8 AND v.mnemonic = $6 AND ($7::int4 IS NULL OR v.version = $7)"
inline constexpr char kCountMappingVersions[] =
    SLUICE_COUNT SLUICE_MAPPING_VERSIONS ") AS all_of_them";
inline constexpr char kPageMappingVersions[] =
    SLUICE_MAPPING_ROW SLUICE_MAPPING_VERSIONS " ORDER BY v.version DESC" SLUICE_PAGE;

// $5 in the expression, or NULL; $6 collection.
#define SLUICE_REFERENCES                                                              \
  "FROM ocl.reference f JOIN ocl.repo r ON r.id = f.source_id WHERE " SLUICE_SEES_REPO \
  " AND ($5::text IS NULL OR strpos(lower(r.url || f.mnemonic), lower($5)) > 0)"       \
  " AND f.collection_id = $6::int8"
inline constexpr char kCountReferences[] = SLUICE_COUNT SLUICE_REFERENCES ") AS all_of_them";
inline constexpr char kPageReferences[] =
    "SELECT r.url || f.kind || 's/' || f.mnemonic || '/' || f.version || '/', f.kind, "
    "f.created_by, " SLUICE_TIME("f.created_at") " " SLUICE_REFERENCES
                                                 " ORDER BY r.url, f.kind, f.mnemonic" SLUICE_PAGE;

}  // namespace sluice::ocl::sql
