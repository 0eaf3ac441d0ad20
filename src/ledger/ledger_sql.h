// The SQL of the ledger: workers, imports, jobs, receipts and how they are settled. What is about
// one thing more has its own file beside this (*_sql.h), by the same rules. Values are always
// parameters; names are always qualified (sessions have a search_path of pg_catalog only). "Now" is
// clock_timestamp(): the one clock that all workers share.
#pragma once

namespace sluice::sql {

// ---- workers

inline constexpr char kRegisterWorker[] = R"sql(
INSERT INTO sluice.worker (host, pid, version, command, import_id, place, pid_start)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id)sql";

// Workers of this place ($1) that count as alive or hold leases: a process that is gone needs no
// waiting for its leases to end.
inline constexpr char kLeaseHolders[] = R"sql(
SELECT w.id, w.pid, w.pid_start FROM sluice.worker w
WHERE w.place = $1 AND (
  w.ended_at IS NULL OR
  EXISTS (SELECT FROM sluice.job j WHERE j.worker_id = w.id AND j.state = 'running'
          AND j.lease_until > clock_timestamp()) OR
  EXISTS (SELECT FROM sluice.outbox o WHERE o.worker_id = w.id AND o.state = 'running'
          AND o.lease_until > clock_timestamp())))sql";

inline constexpr char kEndLeases[] = R"sql(
UPDATE sluice.job SET lease_until = clock_timestamp() - interval '1 millisecond'
WHERE worker_id = $1 AND state = 'running')sql";
inline constexpr char kEndOutboxLeases[] = R"sql(
UPDATE sluice.outbox SET lease_until = clock_timestamp() - interval '1 millisecond'
WHERE worker_id = $1 AND state = 'running')sql";

inline constexpr char kWorkerSeen[] = R"sql(
UPDATE sluice.worker SET seen_at = clock_timestamp() WHERE id = $1)sql";

inline constexpr char kWorkerEnded[] = R"sql(
UPDATE sluice.worker SET ended_at = clock_timestamp() WHERE id = $1)sql";

// ---- imports

// The same request is the same import: found, or made. $1 system, $2 scope, $3 source, $4 options.
inline constexpr char kReopenImport[] = R"sql(
UPDATE sluice.import SET source = $3, options = $4
WHERE system = $1 AND scope = $2 AND state <> 'cancelled' RETURNING id)sql";

inline constexpr char kOpenImport[] = R"sql(
INSERT INTO sluice.import (system, scope, source, options) VALUES ($1, $2, $3, $4)
ON CONFLICT (system, scope) WHERE state <> 'cancelled'
DO UPDATE SET source = excluded.source, options = excluded.options
RETURNING id)sql";

// Begins a run: a finished import starts anew, an unfinished one goes on (its started_at stays).
inline constexpr char kStartImport[] = R"sql(
UPDATE sluice.import SET
  started_at = CASE WHEN state = 'running' THEN started_at ELSE clock_timestamp() END,
  state = 'running', finished_at = NULL, listed = false,
  error_origin = NULL, error_code = NULL, error_message = NULL, error_remedy = NULL
WHERE id = $1 AND state <> 'cancelled')sql";

inline constexpr char kReopenFinished[] = R"sql(
UPDATE sluice.import SET state = 'running', started_at = clock_timestamp(), finished_at = NULL,
  error_origin = NULL, error_code = NULL, error_message = NULL, error_remedy = NULL
WHERE id = $1 AND state IN ('completed', 'failed'))sql";

inline constexpr char kImportListed[] = R"sql(
UPDATE sluice.import SET listed = true WHERE id = $1 AND state = 'running')sql";

// Completed: everything is listed, every job is final, and no table is held. Committed with
// synchronous_commit on, so that what small objects committed asynchronously is on disk before
// anyone is told that the import is done (house promise 7).
inline constexpr char kCompleteImport[] = R"sql(
UPDATE sluice.import i SET state = 'completed', finished_at = clock_timestamp()
WHERE i.id = $1 AND i.state = 'running' AND i.listed AND NOT EXISTS (
  SELECT FROM sluice.job j WHERE j.import_id = i.id AND j.state IN ('pending', 'running'))
  AND NOT EXISTS (
    SELECT FROM sluice.outbox o JOIN sluice.job j ON j.id = o.job_id
    WHERE j.import_id = i.id AND o.state IN ('pending', 'running'))
  AND NOT EXISTS (SELECT FROM sluice.hold h WHERE h.import_id = i.id))sql";

inline constexpr char kFailImport[] = R"sql(
UPDATE sluice.import SET state = 'failed', finished_at = clock_timestamp(),
  error_origin = $2, error_code = $3, error_message = $4, error_remedy = $5
WHERE id = $1 AND state = 'running')sql";

inline constexpr char kCancelImport[] = R"sql(
UPDATE sluice.import SET state = 'cancelled', finished_at = clock_timestamp()
WHERE id = $1 AND state IN ('pending', 'running'))sql";

inline constexpr char kCancelJobs[] = R"sql(
UPDATE sluice.job SET state = 'cancelled', finished_at = clock_timestamp(),
  lease_token = NULL, lease_until = NULL
WHERE import_id = $1 AND state IN ('pending', 'running'))sql";

// A live worker is one that was seen within $1 seconds.
#define SLUICE_IMPORT_COLUMNS                                                                   \
  "i.id, i.system, i.source, i.options::text, i.state, i.listed, "                              \
  "EXISTS (SELECT FROM sluice.worker w WHERE w.ended_at IS NULL AND (w.import_id = i.id) AND "  \
  "  w.seen_at > clock_timestamp() - $1::int * interval '1 second') OR "                        \
  "EXISTS (SELECT FROM sluice.job j WHERE j.import_id = i.id AND j.state = 'running' AND "      \
  "  j.lease_until > clock_timestamp()), "                                                      \
  "i.created_at::timestamptz(0), i.started_at::timestamptz(0), i.finished_at::timestamptz(0), " \
  "i.error_origin, i.error_code, i.error_message, i.error_remedy FROM sluice.import i "

inline constexpr char kGetImport[] = "SELECT " SLUICE_IMPORT_COLUMNS "WHERE i.id = $2";
inline constexpr char kListImports[] =
    "SELECT " SLUICE_IMPORT_COLUMNS "ORDER BY i.id DESC LIMIT $2";
// $2 before this id or NULL, $3 state or NULL, $4 limit.
inline constexpr char kPageImports[] =
    "SELECT " SLUICE_IMPORT_COLUMNS
    "WHERE ($2::int8 IS NULL OR i.id < $2) AND ($3::text IS NULL OR i.state::text = $3) "
    "ORDER BY i.id DESC LIMIT $4";
inline constexpr char kRunningImports[] =
    "SELECT " SLUICE_IMPORT_COLUMNS "WHERE i.state = 'running' ORDER BY i.id";
// $2 system, $3 what a source of the import begins with.
inline constexpr char kImportsFrom[] =
    "SELECT " SLUICE_IMPORT_COLUMNS
    "WHERE i.system = $2 AND EXISTS (SELECT FROM "
    "jsonb_array_elements_text(i.options -> 'sources') AS s (text) WHERE starts_with(s.text, $3)) "
    "ORDER BY i.id";

// ---- jobs: enqueue

// One page of the listing, as arrays. $1 import, $2 changed policy, $3 lane or NULL, then target,
// label, store, bucket, key, etag, size, last modified (microseconds since 1970), only_at. What is
// decided for each object, and why:
//  - keep: its turn is still to come, or nothing has changed since it had it (dead stays dead:
//    `retry` is a deed);
//  - known: another import loaded this very version (or, under the policy keep, any): a job that is
//    born skipped;
//  - load: new, forgotten, or put there anew after a failure: fresh attempts;
//  - reload: another version is in and the policy is to replace it.
inline constexpr char kEnqueue[] = R"sql(
WITH listed AS (
  SELECT * FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                       $10::int8[], $11::int8[], $12::text[])
    AS o(target, label, store, bucket, key, etag, size_bytes, modified_us, only_at)
), known AS (
  SELECT l.*, j.id AS job_id, j.state AS job_state, j.etag AS job_etag, j.error_code, j.reason,
         j.last_modified AS job_modified, r.id AS receipt_id, r.etag AS receipt_etag
  FROM listed l
  LEFT JOIN LATERAL (SELECT * FROM sluice.job WHERE import_id = $1 AND store = l.store
    AND bucket = l.bucket AND key = l.key LIMIT 1) j ON true
  LEFT JOIN LATERAL (SELECT id, etag FROM sluice.receipt WHERE state = 'current'
    AND target = l.target AND store = l.store AND bucket = l.bucket AND key = l.key
    AND first_record = 0 LIMIT 1) r ON true
), decided AS (
  SELECT k.*, CASE
    WHEN job_state IN ('pending', 'running') THEN 'keep'
    WHEN job_state = 'cancelled' THEN 'keep'
    WHEN $2 = 'keep' AND job_id IS NOT NULL THEN 'keep'
    WHEN $2 = 'keep' AND receipt_id IS NOT NULL THEN 'known'
    WHEN receipt_id IS NULL AND job_state = 'dead' AND job_etag = etag
      AND to_timestamp(modified_us / 1e6) <= job_modified THEN 'keep'
    WHEN receipt_id IS NULL THEN 'load'
    WHEN receipt_etag = etag AND job_id IS NULL THEN 'known'
    WHEN receipt_etag = etag AND job_state IN ('done', 'skipped') THEN 'keep'
    WHEN receipt_etag = etag THEN 'load'
    WHEN $2 = 'reload' THEN 'reload'
    WHEN $2 = 'skip' AND job_state = 'skipped' AND reason = 'changed' AND job_etag = etag
      THEN 'keep'
    WHEN $2 = 'error' AND job_state = 'dead' AND job_etag = etag
      AND error_code = 'changed-since-loaded' THEN 'keep'
    ELSE 'load' END AS decision
  FROM known k
), renewed AS (
  UPDATE sluice.job j SET
    state = 'pending', etag = d.etag, size_bytes = d.size_bytes, target = d.target, label = d.label,
    last_modified = to_timestamp(d.modified_us / 1e6), only_at = d.only_at, lane = $3,
    reload = d.decision = 'reload', attempts = 0, crashes = 0, not_before = '-infinity',
    reason = NULL, error_origin = NULL, error_code = NULL, error_message = NULL,
    error_remedy = NULL, error_line = NULL, error_byte = NULL, receipt_id = NULL,
    records_read = 0, records_loaded = 0, records_rejected = 0, records_skipped = 0,
    unpacked_bytes = 0, finished_at = NULL
  FROM decided d
  -- What another has moved on meanwhile is left to it: it reads what is there now.
  WHERE j.id = d.job_id AND d.decision IN ('load', 'reload') AND j.state = d.job_state
), refreshed AS (
  -- Still waiting: it will be read as it is listed now, here. (The state as text: see the claims.)
  UPDATE sluice.job j SET etag = d.etag, size_bytes = d.size_bytes,
    last_modified = to_timestamp(d.modified_us / 1e6), only_at = d.only_at
  FROM decided d
  WHERE j.id = d.job_id AND d.decision = 'keep' AND j.state::text = 'pending'
    AND (j.etag, j.only_at) IS DISTINCT FROM (d.etag, d.only_at)
), inherited AS (
  -- Running: if its worker vanishes, or already has, it will be read here.
  UPDATE sluice.job j SET only_at = d.only_at
  FROM decided d
  WHERE j.id = d.job_id AND d.decision = 'keep' AND j.state::text = 'running'
    AND j.only_at IS DISTINCT FROM d.only_at
), made AS (
  INSERT INTO sluice.job (import_id, target, label, store, bucket, key, etag, size_bytes,
    last_modified, only_at, lane, reload, state, reason, receipt_id, finished_at)
  SELECT $1, target, label, store, bucket, key, etag, size_bytes, to_timestamp(modified_us / 1e6),
    only_at, $3, decision = 'reload',
    CASE WHEN decision = 'known' THEN 'skipped' ELSE 'pending' END::sluice.job_state,
    CASE WHEN decision = 'known' THEN
      CASE WHEN receipt_etag = etag THEN 'already-loaded' ELSE 'changed' END END,
    CASE WHEN decision = 'known' THEN receipt_id END,
    CASE WHEN decision = 'known' THEN clock_timestamp() END
  FROM decided WHERE job_id IS NULL
  ON CONFLICT (import_id, store, bucket, key) DO NOTHING
)
SELECT count(*) FILTER (WHERE decision IN ('load', 'reload')), count(*),
  count(*) FILTER (WHERE $2 = 'keep' AND job_state IS DISTINCT FROM 'pending'
    AND job_state IS DISTINCT FROM 'running' AND coalesce(receipt_etag, job_etag) <> etag)
FROM decided)sql";

// What enqueueing the same page would decide, without doing it (for `plan`); $1 import or 0, the
// rest as kEnqueue.
inline constexpr char kForesee[] = R"sql(
WITH listed AS (
  SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    WITH ORDINALITY AS o(target, store, bucket, key, etag, place)
)
SELECT CASE
    WHEN r.id IS NULL AND j.state = 'dead' AND j.etag = l.etag THEN 'dead'
    WHEN r.id IS NULL THEN 'load'
    WHEN r.etag = l.etag THEN 'already-loaded'
    ELSE 'changed' END
FROM listed l
LEFT JOIN LATERAL (SELECT id, etag FROM sluice.receipt
  WHERE state = 'current' AND target = l.target AND store = l.store AND bucket = l.bucket
    AND key = l.key AND first_record = 0 LIMIT 1) r ON true
LEFT JOIN LATERAL (SELECT state, etag FROM sluice.job
  WHERE import_id = $1 AND store = l.store AND bucket = l.bucket AND key = l.key LIMIT 1) j ON true
ORDER BY l.place)sql";

inline constexpr char kFindImport[] = R"sql(
SELECT id FROM sluice.import WHERE system = $1 AND scope = $2 AND state <> 'cancelled')sql";

// ---- jobs: claim, extend, rescue

// $1 import, $2 lease token, $3 lease in ms, $4 worker, $5 tokens for only_at, $6 backend start.
// The claiming session is the one that will load, so its backend's pid is its own. A claim is
// planned once, also if the queue is short then. So what is picked is found by its key (its state
// is compared as text: no index of those in a state serves), and what runs among all that runs
// (import_id + 0: no index of all that an import has serves).
#define SLUICE_CLAIM_TAKE                                                                      \
  "UPDATE sluice.job j SET state = 'running', lease_token = $2, "                              \
  "  lease_until = clock_timestamp() + $3::int8 * interval '1 millisecond', worker_id = $4, "  \
  "  backend_pid = pg_backend_pid(), backend_start = $6, started_at = clock_timestamp(), "     \
  "  reason = NULL, error_origin = NULL, error_code = NULL, error_message = NULL, "            \
  "  error_remedy = NULL, error_line = NULL, error_byte = NULL "                               \
  "FROM picked, sluice.import i WHERE j.id = picked.id AND i.id = $1 AND i.state = 'running' " \
  "  AND picked.not_before <= clock_timestamp() "                                              \
  "RETURNING j.id, j.import_id, j.target, j.label, j.store, j.bucket, j.key, j.etag, "         \
  "  j.size_bytes, (extract(epoch FROM j.last_modified) * 1000000)::int8, j.reload, "          \
  "  j.attempts, j.crashes"

#define SLUICE_CLAIM_WHERE                                          \
  "FROM sluice.job WHERE import_id = $1 AND state = 'pending' AND " \
  "  (only_at IS NULL OR only_at = ANY ($5::text[])) "

// How many of the next jobs: see ledger/claim.h. $7 jobs, $8 bytes.
#define SLUICE_CLAIM_COUNT                                                    \
  "LIMIT (SELECT CASE WHEN max(size_bytes) <= $8::int8 AND max(crashes) = 0 " \
  "         THEN greatest(1, least($7::int8, count(*) / 8)) ELSE 1 END "      \
  "       FROM next) FOR UPDATE OF j SKIP LOCKED) "

// Longest first: the import ends soonest when no large object starts last. Among those of at least
// half the longest's size, one for a table that fewer sessions write to, so that they do not queue
// for the extension of one relation. Jobs whose worker vanished come after all others, so that an
// object that kills its worker does so when the rest is in.
inline constexpr char kClaimLongest[] =
    "WITH next AS (SELECT id, target, crashes, size_bytes " SLUICE_CLAIM_WHERE
    "  AND not_before <= clock_timestamp() ORDER BY crashes, size_bytes DESC, id LIMIT 64), "
    "busy AS MATERIALIZED (SELECT target, count(*) AS sessions FROM sluice.job "
    "  WHERE import_id + 0 = $1 AND state = 'running' "
    "    AND (SELECT min(target) <> max(target) FROM next) GROUP BY target), "
    "picked AS (SELECT j.id, j.not_before FROM sluice.job j JOIN next n ON n.id = j.id "
    "  LEFT JOIN busy b ON b.target = n.target WHERE j.state::text = 'pending' "
    "  ORDER BY n.crashes, n.size_bytes * 2 < (SELECT max(size_bytes) FROM next), "
    "    coalesce(b.sessions, 0), n.size_bytes DESC, n.id " SLUICE_CLAIM_COUNT SLUICE_CLAIM_TAKE;

// Oldest first, strictly: an object that waits for its retry is waited for.
inline constexpr char kClaimOldest[] =
    "WITH picked AS (SELECT id, not_before " SLUICE_CLAIM_WHERE
    "  ORDER BY last_modified, key LIMIT 1 FOR UPDATE SKIP LOCKED) " SLUICE_CLAIM_TAKE;

// Newest first, for a watch: live files overtake a backlog. One of two claims goes by time, the
// other by name, so that neither an upload of old files nor names without a time hold them up.
#define SLUICE_CLAIM_BACKWARDS(order)                                                   \
  "WITH next AS (SELECT * FROM (SELECT id, crashes, size_bytes, last_modified, key "    \
  "  " SLUICE_CLAIM_WHERE                                                               \
  "  AND not_before <= clock_timestamp()) AS next "                                     \
  "  ORDER BY " order                                                                   \
  " LIMIT 64), "                                                                        \
  "picked AS (SELECT j.id, j.not_before FROM sluice.job j JOIN next ON next.id = j.id " \
  "  WHERE j.state::text = 'pending' ORDER BY " order " " SLUICE_CLAIM_COUNT SLUICE_CLAIM_TAKE

inline constexpr char kClaimNewest[] =
    SLUICE_CLAIM_BACKWARDS("next.last_modified DESC, next.key DESC");
inline constexpr char kClaimLastName[] = SLUICE_CLAIM_BACKWARDS("next.key DESC");

// In a lane: locked first (its own statement, so that the count below sees what others committed
// meanwhile).
inline constexpr char kMakeLane[] = R"sql(
INSERT INTO sluice.lane (name) VALUES ($1) ON CONFLICT DO NOTHING)sql";
inline constexpr char kLockLane[] = R"sql(
SELECT width FROM sluice.lane WHERE name = $1 AND NOT paused FOR UPDATE)sql";
// A place in the lane is held by what runs and by what waits for its retry, so a lane of width 1
// keeps order. The first job of the lane over all imports is next. $7 lane, $8 width.
inline constexpr char kClaimInLane[] =
    "WITH held AS (SELECT count(*) AS places FROM sluice.job WHERE lane = $7 AND "
    "  (state = 'running' OR (state = 'pending' AND attempts + crashes > 0))), "
    "first AS (SELECT id, not_before, import_id, attempts + crashes > 0 AS holds FROM sluice.job, "
    "held "
    "  WHERE lane = $7 AND state = 'pending' AND (attempts + crashes > 0 OR places < $8::int8) "
    "  ORDER BY id LIMIT 1), "
    "picked AS (SELECT j.id, j.not_before FROM sluice.job j JOIN first f ON f.id = j.id "
    "  WHERE j.import_id = $1 AND (j.only_at IS NULL OR j.only_at = ANY ($5::text[])) "
    "  FOR UPDATE OF j SKIP LOCKED) " SLUICE_CLAIM_TAKE;

// Heartbeat: the leases that are still ours come back. $1 job ids, $2 tokens, $3 lease in ms.
inline constexpr char kExtend[] = R"sql(
UPDATE sluice.job j SET lease_until = clock_timestamp() + $3::int8 * interval '1 millisecond'
FROM unnest($1::int8[], $2::uuid[]) AS mine(id, token)
WHERE j.id = mine.id AND j.lease_token = mine.token AND j.state = 'running'
RETURNING j.id)sql";

// Jobs that the database holds to be ours and that we do not work at: it crashed and forgot that
// they were settled (synchronous_commit is off for that). $1 worker, $2 job ids that are worked at.
// A job that was claimed just now may not be among them yet.
inline constexpr char kEndForgottenLeases[] = R"sql(
UPDATE sluice.job SET lease_until = clock_timestamp() - interval '1 millisecond'
WHERE worker_id = $1 AND state = 'running' AND NOT id = ANY ($2::int8[])
  AND started_at < clock_timestamp() - interval '5 seconds')sql";

// After a reconnect: the lease goes on in another session. $1 job, $2 token, $3 backend start.
inline constexpr char kMoveLease[] = R"sql(
UPDATE sluice.job SET backend_pid = pg_backend_pid(), backend_start = $3
WHERE id = $1 AND lease_token = $2 AND state = 'running' AND lease_until > clock_timestamp())sql";

// Ends the sessions that still load under expired leases, and waits until each is gone ($1 ms). No
// lock is needed or waited for: such a session may itself hold the job's row. A lease that is
// extended in this very moment loses its session for nothing, and its worker reconnects.
inline constexpr char kEndExpiredSessions[] = R"sql(
SELECT pg_terminate_backend(a.pid, $1::int8)
FROM sluice.job j JOIN pg_stat_activity a ON a.pid = j.backend_pid
  AND a.backend_start = j.backend_start
WHERE j.state = 'running' AND j.lease_until < clock_timestamp() AND a.pid <> pg_backend_pid())sql";

// Then the jobs whose worker vanished, locked against other rescuers until the transaction ends.
inline constexpr char kExpired[] = R"sql(
SELECT id, backend_pid, backend_start, crashes, label, store, bucket, key FROM sluice.job
WHERE state = 'running' AND lease_until < clock_timestamp()
ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED)sql";

// Ends the session that still loads, and waits until it is gone ($3 ms). True when no such session
// is left.
inline constexpr char kEndBackend[] = R"sql(
SELECT coalesce(bool_and(pg_terminate_backend(pid, $3::int8)), true) FROM pg_stat_activity
WHERE pid = $1 AND backend_start = $2 AND pid <> pg_backend_pid())sql";

inline constexpr char kBackendStart[] = R"sql(
SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())sql";

// $1 job, $2 pause in ms.
inline constexpr char kRescue[] = R"sql(
UPDATE sluice.job SET state = 'pending', crashes = crashes + 1, lease_token = NULL,
  lease_until = NULL, not_before = clock_timestamp() + $2::int8 * interval '1 millisecond'
WHERE id = $1 AND state = 'running')sql";

inline constexpr char kGiveUpOnCrashes[] = R"sql(
UPDATE sluice.job SET state = 'dead', crashes = crashes + 1, lease_token = NULL, lease_until = NULL,
  finished_at = clock_timestamp(), error_origin = 'sluice', error_code = 'worker-vanished',
  error_message = $2, error_remedy = $3
WHERE id = $1 AND state = 'running')sql";

// ---- receipts

// Versions that must go before another is loaded: forgotten ones, and on reload the current one if
// it is another version. $1 target, $2 store, $3 bucket, $4 key, $5 etag, $6 reload.
inline constexpr char kSupersede[] = R"sql(
UPDATE sluice.receipt SET state = 'superseded'
WHERE target = $1 AND store = $2 AND bucket = $3 AND key = $4
  AND (state = 'forgotten' OR (state = 'current' AND $6::boolean AND etag <> $5))
RETURNING txid, relation::int8)sql";

// Refused (no row) means: a version of this object is in, committed. It waits for a load in flight,
// under lock_timeout. $1 target, $2 relation, $3..$5 object, $6 first record, $7 etag, $8 import,
// $9 job, $10 sequence for the txid or NULL.
inline constexpr char kInsertReceipt[] = R"sql(
INSERT INTO sluice.receipt (target, relation, store, bucket, key, first_record, etag, import_id,
  job_id, txid)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nextval($10::regclass))
ON CONFLICT (target, store, bucket, key, first_record) WHERE state = 'current' DO NOTHING
RETURNING id, txid, (extract(epoch FROM now()) * 1000000)::int8 - 946684800000000)sql";

inline constexpr char kCurrentReceipt[] = R"sql(
SELECT id, etag FROM sluice.receipt
WHERE target = $1 AND store = $2 AND bucket = $3 AND key = $4 AND first_record = $5
  AND state = 'current')sql";

inline constexpr char kReceiptCounts[] = R"sql(
UPDATE sluice.receipt SET records_read = $2, records_loaded = $3, records_rejected = $4,
  records_skipped = $5, loaded_at = clock_timestamp()
WHERE id = $1 AND state = 'current')sql";

inline constexpr char kHasReceipts[] = R"sql(
SELECT EXISTS (SELECT FROM sluice.receipt WHERE target = $1 AND state = 'current'))sql";

// A table that was dropped and made again is not the one its receipts speak of. $1 target, $2
// relation.
inline constexpr char kForeignReceipts[] = R"sql(
SELECT count(*) FROM sluice.receipt
WHERE target = $1 AND state = 'current' AND relation <> $2)sql";

// $1 store or NULL, $2 bucket or NULL, $3 key.
inline constexpr char kForgetReceipts[] = R"sql(
UPDATE sluice.receipt SET state = 'forgotten'
WHERE key = $3 AND ($1::text IS NULL OR store = $1) AND ($2::text IS NULL OR bucket = $2)
  AND state = 'current')sql";

inline constexpr char kForgetTarget[] = R"sql(
UPDATE sluice.receipt SET state = 'forgotten' WHERE target = $1 AND state = 'current')sql";

// Jobs whose receipt is no longer current wait again, so that their import loads them when it next
// runs.
inline constexpr char kRequeueForgotten[] = R"sql(
UPDATE sluice.job j SET state = 'pending', finished_at = NULL, receipt_id = NULL, reason = NULL,
  attempts = 0, crashes = 0, not_before = '-infinity', records_read = 0, records_loaded = 0,
  records_rejected = 0, records_skipped = 0, unpacked_bytes = 0
FROM sluice.receipt r
WHERE r.id = j.receipt_id AND r.state = 'forgotten' AND j.state IN ('done', 'skipped'))sql";

// ---- the place of a load that commits batch by batch

// Where all its batches were forgotten it begins anew. $1 job, $2 token.
inline constexpr char kForgetPlace[] = R"sql(
UPDATE sluice.job j SET place = 0
WHERE j.id = $1 AND j.lease_token = $2 AND j.place <> 0 AND NOT EXISTS (
  SELECT FROM sluice.receipt r WHERE r.state = 'current' AND r.target = j.target
    AND r.store = j.store AND r.bucket = j.bucket AND r.key = j.key AND r.first_record > 0))sql";

inline constexpr char kPlace[] = R"sql(
SELECT j.place, coalesce(max(r.etag), ''), coalesce(sum(r.records_read), 0)::int8,
  coalesce(sum(r.records_loaded), 0)::int8, coalesce(sum(r.records_rejected), 0)::int8,
  coalesce(sum(r.records_skipped), 0)::int8
FROM sluice.job j LEFT JOIN sluice.receipt r ON r.state = 'current' AND r.target = j.target
  AND r.store = j.store AND r.bucket = j.bucket AND r.key = j.key AND r.first_record > 0
WHERE j.id = $1 GROUP BY j.place)sql";

// The fence of a batch; what went wrong before it is made good: tries are counted that get nowhere.
// $1 job, $2 token, $3 the place it goes on from, $4 its last line, then the counts of all batches:
// read, loaded, rejected, skipped.
inline constexpr char kMovePlace[] = R"sql(
UPDATE sluice.job SET place = $4, attempts = 0, crashes = 0, records_read = $5,
  records_loaded = $6, records_rejected = $7, records_skipped = $8
WHERE id = $1 AND lease_token = $2 AND state = 'running' AND place = $3)sql";

// ---- settling

// The fence: one row, or the lease was lost and everything must be rolled back. $1 job, $2 token.
inline constexpr char kSettleDone[] = R"sql(
UPDATE sluice.job SET state = 'done', receipt_id = $3, etag = $4, records_read = $5,
  records_loaded = $6, records_rejected = $7, records_skipped = $8, unpacked_bytes = $9,
  reason = $10,
  lease_token = NULL, lease_until = NULL, finished_at = clock_timestamp()
WHERE id = $1 AND lease_token = $2 AND state = 'running')sql";

inline constexpr char kSettleSkipped[] = R"sql(
UPDATE sluice.job SET state = 'skipped', reason = $3, receipt_id = $4,
  lease_token = NULL, lease_until = NULL, finished_at = clock_timestamp()
WHERE id = $1 AND lease_token = $2 AND state = 'running')sql";

// $3 origin, $4 code, $5 message, $6 remedy, $7 line, $8 byte, $9 read, $10 rejected.
inline constexpr char kSettleDead[] = R"sql(
UPDATE sluice.job SET state = 'dead', attempts = attempts + 1, error_origin = $3, error_code = $4,
  error_message = $5, error_remedy = $6, error_line = $7, error_byte = $8, records_read = $9,
  records_rejected = $10, lease_token = NULL, lease_until = NULL, finished_at = clock_timestamp()
WHERE id = $1 AND lease_token = $2 AND state = 'running')sql";

// As kSettleDead, then $11: pause in ms.
inline constexpr char kSettleLater[] = R"sql(
UPDATE sluice.job SET state = 'pending', attempts = attempts + 1, error_origin = $3,
  error_code = $4, error_message = $5, error_remedy = $6, error_line = $7, error_byte = $8,
  records_read = $9, records_rejected = $10, lease_token = NULL, lease_until = NULL,
  not_before = clock_timestamp() + $11::int8 * interval '1 millisecond'
WHERE id = $1 AND lease_token = $2 AND state = 'running')sql";

// Given back for a while ($3 ms): its table is not ready. No attempt is counted.
inline constexpr char kGiveBackLater[] = R"sql(
UPDATE sluice.job SET state = 'pending', lease_token = NULL, lease_until = NULL,
  not_before = clock_timestamp() + $3::int8 * interval '1 millisecond'
WHERE id = $1 AND lease_token = $2 AND state = 'running')sql";

// Given back untouched: not the object's fault (interrupted, database away). No attempt is counted.
inline constexpr char kGiveBack[] = R"sql(
UPDATE sluice.job SET state = 'pending', lease_token = NULL, lease_until = NULL
WHERE id = $1 AND lease_token = $2 AND state = 'running')sql";

// All that a worker holds, when it ends in order. $1 worker.
inline constexpr char kGiveBackAll[] = R"sql(
UPDATE sluice.job SET state = 'pending', lease_token = NULL, lease_until = NULL
WHERE worker_id = $1 AND state = 'running')sql";

inline constexpr char kDropOpenRejects[] = R"sql(
DELETE FROM sluice.reject WHERE job_id = $1 AND state = 'open')sql";

// $1 job, then arrays: line, byte offset, reason, sqlstate, message, remedy, record id, raw,
// detail.
inline constexpr char kInsertRejects[] = R"sql(
INSERT INTO sluice.reject (job_id, line, byte_offset, reason, sqlstate, message, remedy, record_id,
  raw, detail)
SELECT $1, * FROM unnest($2::int8[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[],
                         $8::text[], $9::bytea[], $10::text[]))sql";

inline constexpr char kRejectsOfJob[] = R"sql(
SELECT line, byte_offset, reason, message, remedy, record_id FROM sluice.reject
WHERE job_id = $1 AND state = 'open' ORDER BY line LIMIT $2)sql";

// Open rejects of an import. $2 bucket or NULL and $3 key or NULL, $4 after this reject id, $5
// limit.
inline constexpr char kOpenRejects[] = R"sql(
SELECT r.id, r.job_id, j.store, j.bucket, j.key, r.line, r.byte_offset, r.reason, r.sqlstate,
  r.message, r.detail, r.remedy, r.record_id, encode(r.raw, 'hex')
FROM sluice.reject r JOIN sluice.job j ON j.id = r.job_id
WHERE j.import_id = $1 AND r.state = 'open' AND ($2::text IS NULL OR j.bucket = $2)
  AND ($3::text IS NULL OR j.key = $3) AND r.id > $4
ORDER BY r.id LIMIT $5)sql";

// Where the rejects ($2) of an import ($1) belong.
inline constexpr char kPlacesOfRejects[] = R"sql(
SELECT r.id, r.job_id, r.line, r.byte_offset, r.state, j.label, j.target
FROM sluice.reject r JOIN sluice.job j ON j.id = r.job_id
WHERE j.import_id = $1 AND r.id = ANY ($2::int8[]))sql";

inline constexpr char kLoadedObject[] = R"sql(
SELECT r.id, r.txid, (extract(epoch FROM now()) * 1000000)::int8 - 946684800000000, j.label,
  j.target, j.store, j.bucket, j.key, j.etag
FROM sluice.job j JOIN sluice.receipt r ON r.id = j.receipt_id
WHERE j.id = $1 AND j.state = 'done' AND r.state = 'current'
FOR UPDATE)sql";

// Returns those that were open until now.
inline constexpr char kMarkReplayed[] = R"sql(
UPDATE sluice.reject SET state = 'replayed'
WHERE job_id = $1 AND id = ANY ($2::int8[]) AND state = 'open' RETURNING id)sql";

// $2 loaded, $3 skipped by a policy: both are rejected no more.
inline constexpr char kReceiptReplayed[] = R"sql(
UPDATE sluice.receipt SET records_loaded = records_loaded + $2,
  records_skipped = records_skipped + $3, records_rejected = records_rejected - ($2 + $3)
WHERE id = $1)sql";
inline constexpr char kJobReplayed[] = R"sql(
UPDATE sluice.job SET records_loaded = records_loaded + $2,
  records_skipped = records_skipped + $3, records_rejected = records_rejected - ($2 + $3)
WHERE id = $1)sql";

// ---- looking

// By state; "this run" is what finished since the run began. $1 import.
inline constexpr char kTally[] = R"sql(
SELECT j.state, j.finished_at IS NULL OR j.finished_at >= i.started_at AS this_run, count(*),
  sum(j.size_bytes)::int8, sum(j.unpacked_bytes)::int8, sum(j.records_read)::int8,
  sum(j.records_loaded)::int8, sum(j.records_rejected)::int8, sum(j.records_skipped)::int8
FROM sluice.job j JOIN sluice.import i ON i.id = j.import_id
WHERE j.import_id = $1 GROUP BY 1, 2)sql";

// $2: of all runs, not only of the last one.
inline constexpr char kTallyByLabel[] = R"sql(
SELECT j.label, j.target, count(*), sum(j.records_loaded)::int8
FROM sluice.job j JOIN sluice.import i ON i.id = j.import_id
WHERE j.import_id = $1 AND j.state = 'done' AND ($2::boolean OR j.finished_at >= i.started_at)
GROUP BY 1, 2 ORDER BY 1)sql";

// The earliest moment at which a pending job may be claimed, in ms from now; NULL: none is pending.
inline constexpr char kIsOnlyJob[] = R"sql(
SELECT EXISTS (SELECT FROM sluice.import WHERE id = $1 AND listed) AND NOT EXISTS (
  SELECT FROM sluice.job WHERE import_id = $1 AND target = $2 AND id <> $3))sql";

inline constexpr char kNextTurn[] = R"sql(
SELECT CASE WHEN count(*) > 0 THEN greatest(0, extract(epoch FROM
         min(greatest(not_before, '2000-01-01')) - clock_timestamp()) * 1000)::int8 END,
       count(*) FILTER (WHERE only_at IS NOT NULL AND NOT only_at = ANY ($2::text[])), count(*)
FROM sluice.job WHERE import_id = $1 AND state = 'pending')sql";

#define SLUICE_JOB_COLUMNS                                                                 \
  "j.id, j.import_id, j.label, j.target, j.store, j.bucket, j.key, j.etag, j.size_bytes, " \
  "j.state, j.reason, j.attempts, j.crashes, j.records_read, j.records_loaded, "           \
  "j.records_rejected, j.records_skipped, j.error_origin, j.error_code, j.error_message, " \
  "j.error_remedy, j.error_line, j.error_byte, j.started_at::timestamptz(3), "             \
  "j.finished_at::timestamptz(3), "                                                        \
  "CASE WHEN j.not_before > clock_timestamp() THEN j.not_before::timestamptz(0) END, "     \
  "j.only_at FROM sluice.job j "

// $2 state or NULL, $3 after this job id, $4 limit.
inline constexpr char kJobs[] = "SELECT " SLUICE_JOB_COLUMNS
                                "WHERE j.import_id = $1 AND ($2::sluice.job_state IS NULL OR "
                                "j.state = $2::sluice.job_state) AND j.id > $3 "
                                "ORDER BY j.id LIMIT $4";

// $1 import, then NULL or: $2 state, $3 code of the error, $4 label, $5 part of the key.
#define SLUICE_JOB_MATCHES                                                              \
  "WHERE j.import_id = $1 AND ($2::text IS NULL OR j.state = $2::sluice.job_state) "    \
  "AND ($3::text IS NULL OR j.error_code = $3) AND ($4::text IS NULL OR j.label = $4) " \
  "AND ($5::text IS NULL OR strpos(j.key, $5) > 0) "

// $6 after this job id, $7 limit.
inline constexpr char kFindJobs[] =
    "SELECT " SLUICE_JOB_COLUMNS SLUICE_JOB_MATCHES "AND j.id > $6 ORDER BY j.id LIMIT $7";
inline constexpr char kCountJobs[] = "SELECT count(*) FROM sluice.job j " SLUICE_JOB_MATCHES;

inline constexpr char kTallyCauses[] = R"sql(
SELECT error_code, count(*) FROM sluice.job WHERE import_id = $1 AND state = 'dead'
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20)sql";

// $2 parts. Rows of one job count evenly in the parts from its start to its end.
inline constexpr char kLoadedOverTime[] = R"sql(
WITH run AS (
  SELECT started_at, greatest(0.001, extract(epoch FROM
    coalesce(finished_at, clock_timestamp()) - started_at))::float8 AS seconds
  FROM sluice.import WHERE id = $1 AND started_at IS NOT NULL
), done AS (
  SELECT j.records_loaded,
    floor(extract(epoch FROM j.started_at - r.started_at) / r.seconds * $2::int) AS first,
    floor(extract(epoch FROM j.finished_at - r.started_at) / r.seconds * $2::int) AS last
  FROM sluice.job j, run r
  WHERE j.import_id = $1 AND j.state = 'done' AND j.finished_at >= r.started_at
), placed AS (
  SELECT records_loaded, greatest(0, least(first, $2::int - 1))::int AS first,
    greatest(0, least(last, $2::int - 1))::int AS last FROM done
)
SELECT run.seconds, sum.part, sum.rows FROM run LEFT JOIN LATERAL (
  SELECT part, sum(records_loaded::float8 / (last - first + 1)) AS rows
  FROM placed, generate_series(first, last) AS part GROUP BY part) AS sum ON true
ORDER BY sum.part)sql";

// $1 store or NULL, $2 bucket or NULL, $3 key.
inline constexpr char kJobsOfKey[] = "SELECT " SLUICE_JOB_COLUMNS
                                     "WHERE j.key = $3 AND ($1::text IS NULL OR j.store = $1) "
                                     "AND ($2::text IS NULL OR j.bucket = $2) ORDER BY j.id";

inline constexpr char kReceiptsOfKey[] = R"sql(
SELECT target, etag, state, txid, records_loaded, loaded_at::timestamptz(3), import_id
FROM sluice.receipt
WHERE key = $3 AND ($1::text IS NULL OR store = $1) AND ($2::text IS NULL OR bucket = $2)
  AND first_record = 0
ORDER BY id)sql";

// Jobs wait again, with fresh attempts.
inline constexpr char kRetryImport[] =
    "UPDATE sluice.job j SET state = 'pending', attempts = 0, crashes = 0, "
    "not_before = '-infinity', finished_at = NULL " SLUICE_JOB_MATCHES;

inline constexpr char kRetryKey[] = R"sql(
UPDATE sluice.job SET state = 'pending', attempts = 0, crashes = 0, not_before = '-infinity',
  finished_at = NULL
WHERE key = $3 AND ($1::text IS NULL OR store = $1) AND ($2::text IS NULL OR bucket = $2)
  AND state = 'dead')sql";

inline constexpr char kWorkers[] = R"sql(
SELECT id, host, pid, command, import_id, seen_at::timestamptz(0) FROM sluice.worker
WHERE ended_at IS NULL AND seen_at > clock_timestamp() - $1::int * interval '1 second'
ORDER BY id)sql";

}  // namespace sluice::sql
