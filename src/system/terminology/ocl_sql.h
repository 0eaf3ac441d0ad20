// The statements by which a batch reads and writes the terminology store. Sets of keys go as
// arrays; "known" values come back one row each.
#pragma once

namespace sluice::ocl::sql {

// As bodies say it: 2026-01-31T12:00:00.123456Z.
#define SLUICE_TIME(column) \
  "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

// ---- the schema and its users

inline constexpr char kSchemaExists[] = "SELECT to_regclass('ocl.result') IS NOT NULL";
inline constexpr char kLockSchema[] =
    "SELECT pg_advisory_xact_lock(hashtext('sluice'), hashtext('ocl'))";
inline constexpr char kFindRequester[] =
    "SELECT id, username, staff FROM ocl.account WHERE username = $1 AND active";

inline constexpr char kNeedAccount[] =
    "INSERT INTO ocl.account (username) VALUES ($1) ON CONFLICT DO NOTHING";

// What receipts speak of: small, since every load's table is analyzed at its end.
inline constexpr char kTaskRelation[] = "SELECT 'ocl.task'::regclass::oid::int8";

// ---- submissions and their results

// $1 task, $2 user, $3 queue, $4 update_if_exists, $5 test_mode, $6 source, $7 digest or NULL.
inline constexpr char kAddTask[] = R"sql(
INSERT INTO ocl.task (id, username, queue, update_if_exists, test_mode, source, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7))sql";
inline constexpr char kBindTask[] = "UPDATE ocl.task SET import_id = $2 WHERE id = $1";
inline constexpr char kDropTask[] = "DELETE FROM ocl.task WHERE id = $1";
inline constexpr char kStartTask[] = R"sql(
UPDATE ocl.task SET started_at = clock_timestamp() WHERE id = $1 AND started_at IS NULL)sql";
inline constexpr char kDropResults[] = "DELETE FROM ocl.result WHERE task_id = $1";

// The last unfinished submission of the same script, by the same user, in the same way. $1 user,
// $2 queue, $3 update_if_exists, $4 test_mode, $5 source.
inline constexpr char kUnfinishedTask[] = R"sql(
SELECT t.id FROM ocl.task t LEFT JOIN sluice.import i ON i.id = t.import_id
WHERE t.username = $1 AND t.queue = $2 AND t.update_if_exists = $3 AND t.test_mode = $4
  AND t.source = $5 AND t.digest IS NULL AND (i.id IS NULL OR i.state IN ('pending', 'running'))
ORDER BY t.submitted_at DESC LIMIT 1)sql";

// A submission that was never bound to an import was cut off while it was made.
#define SLUICE_TASKS                                                                         \
  "SELECT t.id, t.username, t.queue, CASE "                                                  \
  "  WHEN i.id IS NULL AND t.submitted_at > clock_timestamp() - interval '5 minutes' "       \
  "    THEN 'PENDING' "                                                                      \
  "  WHEN i.id IS NULL THEN 'FAILURE' "                                                      \
  "  WHEN i.state = 'cancelled' THEN 'REVOKED' "                                             \
  "  WHEN i.state = 'failed' THEN 'FAILURE' "                                                \
  "  WHEN i.state = 'completed' AND j.state IN ('done', 'skipped') THEN 'SUCCESS' "          \
  "  WHEN i.state = 'completed' THEN 'FAILURE' "                                             \
  "  WHEN j.id IS NULL THEN 'PENDING' "                                                      \
  "  WHEN j.state = 'pending' AND j.attempts + j.crashes > 0 THEN 'RETRY' "                  \
  "  WHEN j.state = 'pending' AND j.place = 0 THEN 'PENDING' "                               \
  "  ELSE 'STARTED' END, "                                                                   \
  "coalesce(i.error_message, j.error_message, CASE WHEN i.id IS NULL THEN "                  \
  "  'the submission was cut off while it was made: submit it again' END, ''), t.import_id " \
  "FROM ocl.task t LEFT JOIN sluice.import i ON i.id = t.import_id "                         \
  "LEFT JOIN sluice.job j ON j.import_id = i.id "

inline constexpr char kFindTask[] = SLUICE_TASKS "WHERE t.id = $1";
// $1 user or NULL, $2 queue or NULL, $3 limit.
inline constexpr char kListTasks[] = SLUICE_TASKS
    "WHERE ($1::text IS NULL OR t.username = $1) AND ($2::text IS NULL OR t.queue = $2) "
    "ORDER BY t.submitted_at DESC LIMIT $3";

inline constexpr char kLockDigest[] =
    "SELECT pg_advisory_xact_lock(hashtext('ocl.task'), hashtext($1))";
// $1 user, $2 update_if_exists, $3 digest.
inline constexpr char kIsQueued[] = R"sql(
SELECT EXISTS (
  SELECT FROM ocl.task t LEFT JOIN sluice.import i ON i.id = t.import_id
  WHERE t.username = $1 AND t.update_if_exists = $2 AND t.digest = $3 AND NOT t.test_mode
    AND (i.state IN ('pending', 'running')
         OR i.id IS NULL AND t.submitted_at > clock_timestamp() - interval '5 minutes')))sql";

inline constexpr char kDropOldTasks[] = R"sql(
WITH old AS (
  SELECT t.id FROM ocl.task t LEFT JOIN sluice.import i ON i.id = t.import_id
  WHERE coalesce(i.finished_at, CASE WHEN i.id IS NULL THEN t.submitted_at END)
    < clock_timestamp() - coalesce(nullif(current_setting('sluice.results_kept', true), ''),
                                   '72 hours')::interval
  LIMIT 10 FOR UPDATE OF t SKIP LOCKED
), results AS (
  DELETE FROM ocl.result r USING old WHERE r.task_id = old.id
)
DELETE FROM ocl.task t USING old WHERE t.id = old.id)sql";

// Whether a session waits for what this one holds. $1 its pid.
inline constexpr char kWaitsFor[] = R"sql(
SELECT EXISTS (SELECT FROM pg_locks l
               WHERE NOT l.granted AND $1::int = ANY (pg_blocking_pids(l.pid))))sql";

// How many of each kind, in the order that summaries have.
inline constexpr char kTallyResults[] = R"sql(
SELECT action_type, status_code, count(*) FROM ocl.result WHERE task_id = $1
GROUP BY 1, 2
ORDER BY array_position(ARRAY['NEW', 'UPDATE', 'DELETE', 'SKIP'], action_type),
         status_code COLLATE "C")sql";
// The time that it took so far, in seconds.
inline constexpr char kTaskTimes[] = R"sql(
SELECT coalesce(extract(epoch FROM coalesce(j.finished_at, clock_timestamp()) - t.started_at),
                0)::float8, t.test_mode
FROM ocl.task t LEFT JOIN sluice.job j ON j.import_id = t.import_id
WHERE t.id = $1)sql";
// $2: how a SKIP's message begins where nothing was to be done.
inline constexpr char kCountFailed[] = R"sql(
SELECT count(*) FROM ocl.result r
WHERE task_id = $1 AND (status_code >= '400' AND status_code < '600' OR action_type = 'SKIP'
  AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS h(beginning)
                  WHERE starts_with(r.message, h.beginning))))sql";

// All results in the order of reports, as lines and the bytes that each takes.
inline constexpr char kOpenResults[] = R"sql(
DECLARE results NO SCROLL CURSOR FOR
SELECT line, octet_length(text) + octet_length(message) + 300
FROM ocl.result WHERE task_id = $1
ORDER BY root COLLATE "C", array_position(ARRAY['NEW', 'UPDATE', 'DELETE', 'SKIP'], action_type),
         status_code COLLATE "C", line)sql";
inline constexpr char kFetchResults[] = "FETCH 1000 FROM results";
inline constexpr char kResultsOfLines[] = R"sql(
SELECT r.line, r.root, r.action_type, r.status_code, r.obj_type, r.obj_url, r.method, r.repo_url,
       r.owner_url, r.text, r.message
FROM unnest($2::int8[]) WITH ORDINALITY AS k(line, place)
JOIN ocl.result r ON r.task_id = $1 AND r.line = k.line
ORDER BY k.place)sql";

// ---- batches

// One batch's plans: by index, whatever the statistics say of tables that grow a thousandfold.
inline constexpr char kBatchSettings[] =
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; "
    "SET LOCAL enable_mergejoin = off";

// Now, as answers write it.
inline constexpr char kNow[] =
    "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

inline constexpr char kSavepoint[] = "SAVEPOINT batch";
inline constexpr char kRelease[] = "RELEASE SAVEPOINT batch";
inline constexpr char kRollBackTo[] = "ROLLBACK TO SAVEPOINT batch; RELEASE SAVEPOINT batch";

// The first of 64 ids.
inline constexpr char kNextIds[] = "SELECT nextval('ocl.object_id')";

// ---- locks: owners before repositories, each in the order of their names. Arrays of names and
// of whether they are written.

inline constexpr char kLockOrgs[] = "SELECT ocl.lock_orgs($1::text[], $2::bool[])";
inline constexpr char kLockRepos[] = "SELECT ocl.lock_repos($1::text[], $2::bool[])";

// ---- reading

inline constexpr char kReadAccounts[] = R"sql(
SELECT a.username, a.id, a.active, a.extras, a.name, a.email, a.company, a.location,
       a.preferred_locale
FROM unnest($1::text[]) k(username) JOIN ocl.account a ON a.username = k.username)sql";

// $2 is the requester's account.
inline constexpr char kReadOrgs[] = R"sql(
SELECT o.mnemonic, o.id, o.public_access,
       EXISTS (SELECT FROM ocl.member m WHERE m.org_id = o.id AND m.account_id = $2),
       o.extras, o.name, o.company, o.website, o.location
FROM unnest($1::text[]) k(mnemonic) JOIN ocl.org o ON o.mnemonic = k.mnemonic)sql";

inline constexpr char kReadRepos[] = R"sql(
SELECT r.url, r.id, r.kind = 'source', r.mnemonic, coalesce(r.org_id, r.account_id),
       r.public_access,
       r.account_id IS NOT DISTINCT FROM $2 OR EXISTS (
         SELECT FROM ocl.member m WHERE m.org_id = r.org_id AND m.account_id = $2),
       r.extras, r.properties, r.name, r.full_name, r.description, r.repo_type,
       r.custom_validation_schema, r.default_locale, r.supported_locales, r.website, r.external_id
FROM unnest($1::text[]) k(url) JOIN ocl.repo r ON r.url = k.url)sql";

inline constexpr char kReadVersions[] = R"sql(
SELECT v.repo_id, v.mnemonic, v.id, v.released, v.extras, v.description, v.external_id
FROM unnest($1::int8[], $2::text[]) k(repo_id, mnemonic)
JOIN ocl.repo_version v ON v.repo_id = k.repo_id AND v.mnemonic = k.mnemonic)sql";

inline constexpr char kReadConcepts[] = R"sql(
SELECT c.source_id, c.mnemonic, c.version, v.concept_class, v.datatype, v.retired, v.external_id,
       v.extras, v.names, v.descriptions, v.parent_concept_urls, c.created_by,
       )sql" SLUICE_TIME("c.created_at") R"sql(
FROM unnest($1::int8[], $2::text[]) k(source_id, mnemonic)
JOIN ocl.concept c ON c.source_id = k.source_id AND c.mnemonic = k.mnemonic
JOIN ocl.concept_version v ON v.source_id = c.source_id AND v.mnemonic = c.mnemonic
  AND v.version = c.version)sql";

#define SLUICE_MAPPING_COLUMNS                                                                \
  "m.source_id, m.mnemonic, m.version, m.from_source_id, m.from_code, m.to_source_id, "       \
  "m.to_code, v.map_type, v.from_url, v.to_concept_url, v.to_source_url, "                    \
  "v.to_concept_code, v.to_concept_name, v.external_id, v.extras, v.sort_weight, v.retired, " \
  "m.created_by, " SLUICE_TIME("m.created_at") " "
#define SLUICE_MAPPING_VERSION                                                           \
  "JOIN ocl.mapping_version v ON v.source_id = m.source_id AND v.mnemonic = m.mnemonic " \
  "AND v.version = m.version"

inline constexpr char kReadMappings[] =
    "SELECT " SLUICE_MAPPING_COLUMNS
    "FROM unnest($1::int8[], $2::text[]) k(source_id, mnemonic) "
    "JOIN ocl.mapping m ON m.source_id = k.source_id AND m.mnemonic = "
    "k.mnemonic " SLUICE_MAPPING_VERSION;

inline constexpr char kReadMappingsLike[] =
    "SELECT " SLUICE_MAPPING_COLUMNS
    "FROM unnest($1::int8[], $2::uuid[]) k(source_id, identity) "
    "JOIN ocl.mapping m ON m.source_id = k.source_id AND m.identity = "
    "k.identity " SLUICE_MAPPING_VERSION;

inline constexpr char kReadMappingsFrom[] =
    "SELECT " SLUICE_MAPPING_COLUMNS
    "FROM unnest($1::int8[], $2::int8[], $3::text[]) k(source_id, from_source_id, from_code) "
    "JOIN ocl.mapping m ON m.from_source_id = k.from_source_id AND m.from_code = k.from_code "
    "AND m.source_id = k.source_id " SLUICE_MAPPING_VERSION;

inline constexpr char kReadReferences[] = R"sql(
SELECT r.collection_id, r.source_id, r.kind, r.mnemonic, r.version
FROM unnest($1::int8[], $2::int8[], $3::text[], $4::text[]) k(collection_id, source_id, kind, id)
JOIN ocl.reference r ON r.collection_id = k.collection_id AND r.source_id = k.source_id
  AND r.kind = k.kind AND r.mnemonic = k.id)sql";

inline constexpr char kReadTold[] = R"sql(
SELECT t.source_id, t.locale, t.name_md5, t.mnemonic
FROM unnest($1::int8[], $2::text[], $3::uuid[]) k(source_id, locale, name_md5)
JOIN ocl.told_name t ON t.source_id = k.source_id AND t.locale = k.locale
  AND t.name_md5 = k.name_md5)sql";

// ---- writing: new rows by COPY, changed ones by arrays

inline constexpr char kCopyAccounts[] =
    "COPY ocl.account (id, username, active, extras, name, email, company, location, "
    "preferred_locale, created_by, updated_by) FROM STDIN";
inline constexpr char kChangeAccount[] = R"sql(
UPDATE ocl.account SET active = $2, extras = $3, name = $4, email = $5, company = $6, location = $7,
  preferred_locale = $8, updated_by = $9, updated_at = now() WHERE id = $1)sql";

inline constexpr char kCopyOrgs[] =
    "COPY ocl.org (id, mnemonic, public_access, extras, name, company, website, location, "
    "created_by, updated_by) FROM STDIN";
inline constexpr char kCopyMembers[] = "COPY ocl.member (org_id, account_id) FROM STDIN";
inline constexpr char kChangeOrg[] = R"sql(
UPDATE ocl.org SET public_access = $2, extras = $3, name = $4, company = $5, website = $6,
  location = $7, updated_by = $8, updated_at = now() WHERE id = $1)sql";

inline constexpr char kCopyRepos[] =
    "COPY ocl.repo (id, kind, org_id, account_id, mnemonic, url, public_access, extras, "
    "properties, name, full_name, description, repo_type, custom_validation_schema, "
    "default_locale, supported_locales, website, external_id, created_by, updated_by) FROM STDIN";
inline constexpr char kChangeRepo[] = R"sql(
UPDATE ocl.repo SET public_access = $2, extras = $3, properties = $4, name = $5, full_name = $6,
  description = $7, repo_type = $8, custom_validation_schema = $9, default_locale = $10,
  supported_locales = $11, website = $12, external_id = $13, updated_by = $14, updated_at = now()
WHERE id = $1)sql";

inline constexpr char kCopyConcepts[] =
    "COPY ocl.concept (source_id, mnemonic, version, created_by) FROM STDIN";
inline constexpr char kCopyConceptVersions[] =
    "COPY ocl.concept_version (source_id, mnemonic, version, concept_class, datatype, retired, "
    "external_id, extras, names, descriptions, parent_concept_urls, update_comment, created_by) "
    "FROM STDIN";
inline constexpr char kChangeConcepts[] = R"sql(
UPDATE ocl.concept c SET version = k.version
FROM unnest($1::int8[], $2::text[], $3::int4[]) k(source_id, mnemonic, version)
WHERE c.source_id = k.source_id AND c.mnemonic = k.mnemonic)sql";

inline constexpr char kCopyMappings[] =
    "COPY ocl.mapping (source_id, mnemonic, version, map_type, from_source_id, from_code, target, "
    "to_source_id, to_code, retired, created_by) FROM STDIN";
inline constexpr char kCopyMappingVersions[] =
    "COPY ocl.mapping_version (source_id, mnemonic, version, map_type, from_url, to_concept_url, "
    "to_source_url, to_concept_code, to_concept_name, external_id, extras, sort_weight, retired, "
    "update_comment, created_by) FROM STDIN";
inline constexpr char kChangeMappings[] = R"sql(
UPDATE ocl.mapping m SET version = k.version, map_type = k.map_type,
  from_source_id = k.from_source_id, from_code = k.from_code, target = k.target,
  to_source_id = k.to_source_id, to_code = k.to_code, retired = k.retired
FROM unnest($1::int8[], $2::text[], $3::int4[], $4::text[], $5::int8[], $6::text[], $7::text[],
            $8::int8[], $9::text[], $10::bool[])
  k(source_id, mnemonic, version, map_type, from_source_id, from_code, target, to_source_id,
    to_code, retired)
WHERE m.source_id = k.source_id AND m.mnemonic = k.mnemonic)sql";

inline constexpr char kCopyReferences[] =
    "COPY ocl.reference (collection_id, kind, source_id, mnemonic, version, created_by) FROM STDIN";
inline constexpr char kDropReferences[] = R"sql(
DELETE FROM ocl.reference r
USING unnest($1::int8[], $2::int8[], $3::text[], $4::text[]) k(collection_id, source_id, kind, id)
WHERE r.collection_id = k.collection_id AND r.source_id = k.source_id AND r.kind = k.kind
  AND r.mnemonic = k.id)sql";

inline constexpr char kCopyVersions[] =
    "COPY ocl.repo_version (id, repo_id, mnemonic, released, extras, description, external_id, "
    "created_by, updated_by) FROM STDIN";
inline constexpr char kChangeVersion[] = R"sql(
UPDATE ocl.repo_version SET released = $2, extras = $3, description = $4, external_id = $5,
  updated_by = $6, updated_at = now() WHERE id = $1)sql";
// What these new versions hold: all of a source, or what a collection refers to.
inline constexpr char kFillVersions[] = R"sql(
INSERT INTO ocl.version_member (repo_version_id, kind, source_id, mnemonic, version)
SELECT k.id, 'concept', c.source_id, c.mnemonic, c.version
FROM unnest($1::int8[], $2::int8[]) k(id, repo_id) JOIN ocl.concept c ON c.source_id = k.repo_id
UNION ALL
SELECT k.id, 'mapping', m.source_id, m.mnemonic, m.version
FROM unnest($1::int8[], $2::int8[]) k(id, repo_id) JOIN ocl.mapping m ON m.source_id = k.repo_id
UNION ALL
SELECT k.id, r.kind, r.source_id, r.mnemonic, r.version
FROM unnest($1::int8[], $2::int8[]) k(id, repo_id)
JOIN ocl.reference r ON r.collection_id = k.repo_id)sql";

inline constexpr char kDropTold[] = R"sql(
DELETE FROM ocl.told_name t USING unnest($1::int8[], $2::text[]) k(source_id, mnemonic)
WHERE t.source_id = k.source_id AND t.mnemonic = k.mnemonic)sql";
inline constexpr char kForgetTold[] = "DELETE FROM ocl.told_name WHERE source_id = $1";
inline constexpr char kCopyTold[] =
    "COPY ocl.told_name (source_id, locale, name_md5, mnemonic) FROM STDIN";

// ---- deleting; each returns the URL of a source that is in use elsewhere, or NULL

inline constexpr char kDropRepo[] = "SELECT ocl.drop_repos(ARRAY[$1::int8])";
inline constexpr char kDropOrg[] = "SELECT ocl.drop_org($1)";

inline constexpr char kDropVersion[] = "DELETE FROM ocl.repo_version WHERE id = $1";
inline constexpr char kEmptyCollection[] = R"sql(
WITH gone AS (DELETE FROM ocl.reference WHERE collection_id = $1 RETURNING *)
SELECT r.url || g.kind || 's/' || g.mnemonic || '/' || g.version || '/'
FROM gone g JOIN ocl.repo r ON r.id = g.source_id ORDER BY 1)sql";

// ---- the OpenMRS schema

// All names in the lookup source of organisation OCL: /orgs/OCL/sources/Classes/.
inline constexpr char kLookupNames[] = R"sql(
SELECT n.value->>'name' FROM ocl.repo r
JOIN ocl.concept c ON c.source_id = r.id
JOIN ocl.concept_version v ON v.source_id = c.source_id AND v.mnemonic = c.mnemonic
  AND v.version = c.version
CROSS JOIN LATERAL json_array_elements(v.names) n
WHERE r.url = $1 AND NOT v.retired)sql";

// The latest versions of a source's concepts that are not retired, after mnemonic $2.
inline constexpr char kActiveConcepts[] = R"sql(
SELECT c.mnemonic FROM ocl.concept c
JOIN ocl.concept_version v ON v.source_id = c.source_id AND v.mnemonic = c.mnemonic
  AND v.version = c.version
WHERE c.source_id = $1 AND c.mnemonic > $2 AND NOT v.retired
ORDER BY c.mnemonic LIMIT 1000)sql";

inline constexpr char kCopyResults[] =
    "COPY ocl.result (task_id, line, root, action_type, status_code, obj_type, obj_url, method, "
    "repo_url, owner_url, text, message) FROM STDIN";

}  // namespace sluice::ocl::sql
