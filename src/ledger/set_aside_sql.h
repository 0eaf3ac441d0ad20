// Every SQL statement about what is put aside, who holds it, and what comes of the rows when it is
// back. The rules are those of ledger_sql.h.
#pragma once

namespace sluice::sql {

inline constexpr char kTakeHold[] = R"sql(
INSERT INTO sluice.hold (import_id, relation, indexes, primary_key, foreign_keys, target)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (import_id, relation) DO UPDATE SET
  indexes = hold.indexes OR excluded.indexes,
  primary_key = hold.primary_key OR excluded.primary_key,
  foreign_keys = hold.foreign_keys OR excluded.foreign_keys)sql";

// Holds of one table are released one after the other, so that one of two releases is the last.
inline constexpr char kLockHolds[] = R"sql(
SELECT pg_advisory_xact_lock(hashtextextended('sluice.hold', $1::bigint)))sql";

inline constexpr char kReleaseHold[] =
    "DELETE FROM sluice.hold WHERE import_id = $1 AND relation = $2";

inline constexpr char kTablesHeldBy[] =
    "SELECT relation FROM sluice.hold WHERE import_id = $1 ORDER BY relation";

// Holds of an import ($1) on tables whose last object had its turn. $2: it is listed for now, as a
// watch's import is.
inline constexpr char kFinishedHolds[] = R"sql(
SELECT h.relation FROM sluice.hold h JOIN sluice.import i ON i.id = h.import_id
WHERE h.import_id = $1 AND (i.listed OR $2) AND NOT EXISTS (
  SELECT FROM sluice.job j WHERE j.import_id = $1 AND j.state IN ('pending', 'running')
  AND (h.target = '' OR j.target = h.target))
ORDER BY h.relation)sql";

// What a table still gets in an import: bytes as stored, and as they are, more or less, once they
// are unpacked ($3: by how much). No row until everything is listed. $1 import, $2 target.
inline constexpr char kIncomingBytes[] = R"sql(
SELECT coalesce(sum(j.size_bytes * CASE WHEN j.key ~* '\.(gz|gzip|zst|zstd|bz2)$' THEN $3::int8
                                        ELSE 1 END), 0)::int8
FROM sluice.import i
LEFT JOIN sluice.job j ON j.import_id = i.id AND j.target = $2 AND j.state IN ('pending', 'running')
WHERE i.id = $1 AND i.listed GROUP BY i.id)sql";

// A hold counts while its import is unfinished and somebody works on it: a worker seen within
// $1 seconds, or a lease. A person's hold (import 0) counts until it is released.
#define SLUICE_LIVE_HOLD                                                                    \
  "SELECT FROM sluice.hold h LEFT JOIN sluice.import i ON i.id = h.import_id "              \
  "WHERE (h.import_id = 0 OR i.state IN ('pending', 'running') AND ("                       \
  "  EXISTS (SELECT FROM sluice.worker w WHERE w.ended_at IS NULL "                         \
  "    AND (w.import_id = i.id OR w.import_id IS NULL) "                                    \
  "    AND w.seen_at > clock_timestamp() - $1::int * interval '1 second') "                 \
  "  OR EXISTS (SELECT FROM sluice.job j WHERE j.import_id = i.id AND j.state = 'running' " \
  "    AND j.lease_until > clock_timestamp()))) "

// $1 the seconds after which a worker counts as gone, $2 the table.
inline constexpr char kHeldAlive[] = "SELECT EXISTS (" SLUICE_LIVE_HOLD "AND h.relation = $2)";

// Parts of tables without a live hold; a foreign key waits for both its tables.
#define SLUICE_RESTORABLE                               \
  "a.state = 'aside' AND NOT EXISTS (" SLUICE_LIVE_HOLD \
  "AND h.relation IN (a.relation, a.referenced)) "

// Tables that are gone have nothing to restore.
inline constexpr char kForgetDroppedTables[] = R"sql(
WITH gone AS (
  DELETE FROM sluice.set_aside a WHERE a.state = 'aside'
    AND (NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = a.relation)
      OR a.referenced IS NOT NULL
        AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = a.referenced))
)
DELETE FROM sluice.hold h WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = h.relation))sql";

inline constexpr char kTablesToRestore[] =
    "SELECT a.relation, min(a.schemaname || '.' || a.tablename) FROM sluice.set_aside a "
    "WHERE " SLUICE_RESTORABLE "GROUP BY a.relation ORDER BY 2";

// Holds whose imports are over or abandoned; $2 the table.
inline constexpr char kDropDeadHolds[] =
    "DELETE FROM sluice.hold d WHERE d.relation = $2 AND NOT EXISTS (" SLUICE_LIVE_HOLD
    "AND h.relation = d.relation AND h.import_id = d.import_id)";

inline constexpr char kRecordAside[] = R"sql(
INSERT INTO sluice.set_aside AS a (relation, referenced, kind, schemaname, tablename, indexname,
  indexdef, tablespace, constraintdef, comment, constraint_comment, clustered, replica_identity,
  keys, predicate, nulls_equal, state, aside_at)
VALUES ($1, nullif($2::bigint, 0)::oid, $3, $4, $5, $6, nullif($7, ''), nullif($8, ''),
  nullif($9, ''), nullif($10, ''), nullif($11, ''), $12, $13, nullif($14, ''), nullif($15, ''),
  $16, 'aside', clock_timestamp())
ON CONFLICT (relation, kind, indexname) DO UPDATE SET
  referenced = excluded.referenced, schemaname = excluded.schemaname,
  tablename = excluded.tablename, indexdef = excluded.indexdef, tablespace = excluded.tablespace,
  constraintdef = excluded.constraintdef, comment = excluded.comment,
  constraint_comment = excluded.constraint_comment, clustered = excluded.clustered,
  replica_identity = excluded.replica_identity, keys = excluded.keys,
  predicate = excluded.predicate, nulls_equal = excluded.nulls_equal, state = 'aside',
  aside_at = excluded.aside_at, restore_start = NULL, restore_end = NULL, restore_ms = NULL,
  error_code = NULL, error_message = NULL)sql";

#define SLUICE_PART_COLUMNS                                                                \
  "a.relation, a.referenced, a.kind, a.schemaname, a.tablename, a.indexname, a.indexdef, " \
  "a.tablespace, a.constraintdef, a.comment, a.constraint_comment, a.clustered, "          \
  "a.replica_identity, a.keys, a.predicate, a.nulls_equal "

// What hangs on the table ($2), and foreign keys that refer to it, as far as nobody holds them. A
// foreign key waits for the other table's key: whoever restores that brings both.
inline constexpr char kRestorableParts[] =
    "SELECT " SLUICE_PART_COLUMNS "FROM sluice.set_aside a WHERE " SLUICE_RESTORABLE
    "AND (a.relation = $2 OR a.referenced = $2) AND NOT EXISTS ("
    "  SELECT FROM sluice.set_aside k WHERE k.relation = a.referenced AND k.relation <> $2 "
    "  AND k.state = 'aside' AND k.keys IS NOT NULL) ORDER BY a.id";

inline constexpr char kListSetAside[] =
    "SELECT " SLUICE_PART_COLUMNS
    ", a.state, a.aside_at, a.restore_start, a.restore_end, a.restore_ms, a.error_code, "
    "a.error_message FROM sluice.set_aside a WHERE $1 OR a.state = 'aside' "
    "ORDER BY a.schemaname, a.tablename, a.indexname, a.kind";

inline constexpr char kRestoreStarted[] = R"sql(
UPDATE sluice.set_aside SET restore_start = clock_timestamp(), restore_end = NULL,
  restore_ms = NULL, error_code = NULL, error_message = NULL
WHERE relation = $1 AND kind = $2 AND indexname = $3 AND state = 'aside')sql";

inline constexpr char kRestored[] = R"sql(
UPDATE sluice.set_aside SET state = 'standing', restore_end = clock_timestamp(),
  restore_ms = (extract(epoch FROM clock_timestamp() - restore_start) * 1000)::bigint,
  error_code = $4, error_message = $5
WHERE relation = $1 AND kind = $2 AND indexname = $3 AND state = 'aside')sql";

inline constexpr char kRestoreFailed[] = R"sql(
UPDATE sluice.set_aside SET error_code = $4, error_message = $5
WHERE relation = $1 AND kind = $2 AND indexname = $3 AND state = 'aside')sql";

// Keys that are not there, or do not hold: what status and exit codes must not be silent about. A
// foreign key that somebody validated or dropped since is none of them.
#define SLUICE_FLAWED                                                                \
  "a.error_code IS NOT NULL AND (a.state = 'aside' OR EXISTS ("                      \
  "  SELECT FROM pg_constraint c WHERE c.conrelid = a.relation AND c.contype = 'f' " \
  "  AND c.conname = a.indexname AND NOT c.convalidated)) "

inline constexpr char kFlawedParts[] =
    "SELECT " SLUICE_PART_COLUMNS
    ", a.state, a.aside_at, a.restore_start, a.restore_end, a.restore_ms, a.error_code, "
    "a.error_message FROM sluice.set_aside a WHERE " SLUICE_FLAWED
    "ORDER BY a.schemaname, a.tablename, a.indexname, a.kind";

inline constexpr char kCurrentTxids[] = R"sql(
SELECT DISTINCT r.txid FROM sluice.receipt r
WHERE r.state = 'current' AND r.relation = $1 AND r.txid IS NOT NULL)sql";

// What an import ($2) leaves without a part, or with one that does not hold, on its tables and
// those whose foreign keys lead to them; $1 as in kHeldAlive.
inline constexpr char kFlawedOfImport[] =
    "SELECT " SLUICE_PART_COLUMNS
    ", a.state, a.aside_at, a.restore_start, a.restore_end, a.restore_ms, a.error_code, "
    "a.error_message FROM sluice.set_aside a WHERE (" SLUICE_FLAWED "OR " SLUICE_RESTORABLE
    ") AND a.relation IN ("
    "  WITH RECURSIVE refers (relation, referenced) AS ("
    "    SELECT conrelid, confrelid FROM pg_constraint WHERE contype = 'f' "
    "    UNION SELECT relation, referenced FROM sluice.set_aside "
    "    WHERE state = 'aside' AND referenced IS NOT NULL"
    "  ), own (relation) AS ("
    "    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "    WHERE n.nspname || '.' || c.relname IN ("
    "      SELECT substr(j.target, strpos(j.target, ':') + 1) FROM sluice.job j "
    "      WHERE j.import_id = $2) "
    "    UNION SELECT r.relation FROM refers r JOIN own o ON o.relation = r.referenced"
    "  ) SELECT relation FROM own) "
    "ORDER BY a.schemaname, a.tablename, a.indexname, a.kind";

// $1 import, $2 schema.table.
inline constexpr char kLoadsInto[] = R"sql(
SELECT EXISTS (SELECT FROM sluice.job j
  WHERE j.import_id = $1 AND substr(j.target, strpos(j.target, ':') + 1) = $2))sql";

// Keys and unique indexes of a table ($1) that are aside.
inline constexpr char kKeysAside[] = R"sql(
SELECT a.indexname FROM sluice.set_aside a
WHERE a.relation = $1 AND a.state = 'aside' AND a.keys IS NOT NULL ORDER BY 1)sql";

// The objects whose rows bear these txids ($2) in a table ($1), each with its import's way to it.
inline constexpr char kObjectsOfTxids[] = R"sql(
SELECT r.txid, r.id, r.job_id, r.target, j.label, r.store, r.bucket, r.key, r.etag, i.system,
  i.options::text
FROM sluice.receipt r
JOIN sluice.job j ON j.id = r.job_id
JOIN sluice.import i ON i.id = j.import_id
WHERE r.state = 'current' AND r.relation = $1 AND r.txid = ANY ($2::int8[]) ORDER BY r.txid)sql";

// Rows that were loaded and are rejected after all: $1 receipt, $2 how many. The books of the job
// that loaded them say the same.
inline constexpr char kRejectLoaded[] = R"sql(
WITH receipt AS (
  UPDATE sluice.receipt SET records_loaded = records_loaded - $2,
    records_rejected = records_rejected + $2
  WHERE id = $1 RETURNING id
)
UPDATE sluice.job j SET records_loaded = records_loaded - $2,
  records_rejected = records_rejected + $2
FROM receipt WHERE j.receipt_id = receipt.id AND j.state = 'done')sql";

}  // namespace sluice::sql
