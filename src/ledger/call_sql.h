// The SQL of calls.
#pragma once

namespace sluice::sql {

// The last call about the job's object, if it is open, or if it was put off while an earlier one
// with its token is still not known to have happened; and whether another job is at it right now.
// $1 target, $2 to $4 object, $5 job.
inline constexpr char kOpenCall[] = R"sql(
SELECT c.id, c.state, c.token, c.subject, c.etag, j.id <> $5 AND j.state = 'running'
FROM (
  SELECT * FROM sluice.call
  WHERE target = $1 AND store = $2 AND bucket = $3 AND key = $4 ORDER BY id DESC LIMIT 1
) c JOIN sluice.job j ON j.id = c.job_id
WHERE c.state IN ('sent', 'uncertain') OR (c.state = 'later' AND EXISTS (
  SELECT FROM sluice.call r
  WHERE r.key = c.key AND r.token = c.token AND r.state = 'repeated')))sql";

// For the rest of the transaction, also of one without BEGIN: loaders' sessions do not wait for the
// disk, but what calls come to must be there after a power cut.
inline constexpr char kDurably[] = "SELECT set_config('synchronous_commit', 'on', true)";

// The same for what writes for several jobs: it holds locks of all of them, so it waits for one
// that another has no longer than a moment. Then each is written by itself.
inline constexpr char kDurablyGivingWay[] =
    "SELECT set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '100', true)";

// The intents: no row where the lease is lost, or where another call about the object is open; nor,
// unless $7, where kCurrentReceipt or kOpenCall would say anything else of it. (EXISTS may read all
// that was ever told for each statement; what is asked so looks each object up.) $1 jobs, $2 their
// lease tokens, $3 etags, $4 versions, $5 subjects, $6 tokens, $7 whether both were asked.
inline constexpr char kBeginCalls[] = R"sql(
INSERT INTO sluice.call (import_id, job_id, target, store, bucket, key, etag, version, subject,
  token)
SELECT j.import_id, j.id, j.target, j.store, j.bucket, j.key, g.etag, g.version, g.subject, g.token
FROM unnest($1::int8[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[])
  AS g(job, lease, etag, version, subject, token)
JOIN sluice.job j ON j.id = g.job AND j.lease_token = g.lease AND j.state::text = 'running'
WHERE $7::boolean OR coalesce(
  (SELECT false FROM sluice.receipt r
   WHERE r.target = j.target AND r.store = j.store AND r.bucket = j.bucket AND r.key = j.key
     AND r.first_record = 0 AND r.state = 'current' AND r.etag = g.etag),
  (SELECT false FROM sluice.call c
   WHERE c.key = j.key AND c.target = j.target AND c.store = j.store AND c.bucket = j.bucket
     AND c.state = 'later' LIMIT 1),
  true)
ON CONFLICT (target, store, bucket, key) WHERE state IN ('sent', 'uncertain') DO NOTHING
RETURNING id, job_id)sql";

// Receipts of other versions. $1 jobs, $2 etags.
inline constexpr char kSupersedeTold[] = R"sql(
UPDATE sluice.receipt r SET state = 'superseded'
FROM unnest($1::int8[], $2::text[]) AS g(job, etag) JOIN sluice.job j ON j.id = g.job
WHERE r.target = j.target AND r.store = j.store AND r.bucket = j.bucket AND r.key = j.key
  AND (r.state = 'forgotten' OR (r.state = 'current' AND r.etag <> g.etag)))sql";

// Calls that happened: receipts, ended calls, what follows, settled jobs. As many rows as there are
// jobs, or some lease is lost, or some content was told of before: then all must be rolled back. An
// object is one record. (States are compared so that no index of those in a state serves: rows are
// found by their keys.) $1 jobs, $2 their lease tokens, $3 calls, $4 etags, $5 results or NULL, $6
// relation, $7 kind and $8 argument of what follows, or NULL.
inline constexpr char kSettleCallsDone[] = R"sql(
WITH given AS (
  SELECT * FROM unnest($1::int8[], $2::uuid[], $3::int8[], $4::text[], $5::text[])
    AS g(job, lease, call, etag, result)
), receipt AS (
  INSERT INTO sluice.receipt (target, relation, store, bucket, key, etag, import_id, job_id,
    records_read, records_loaded)
  SELECT j.target, $6, j.store, j.bucket, j.key, g.etag, j.import_id, j.id, 1, 1
  FROM given g JOIN sluice.job j ON j.id = g.job
  ON CONFLICT (target, store, bucket, key, first_record) WHERE state = 'current' DO NOTHING
  RETURNING id, job_id
), ended AS (
  UPDATE sluice.call c SET state = 'done', result = g.result, error_code = NULL,
    error_message = NULL, ended_at = clock_timestamp()
  FROM given g WHERE c.id = g.call AND c.state || '' IN ('sent', 'uncertain')
), posted AS (
  INSERT INTO sluice.outbox (job_id, kind, argument, etag)
  SELECT job, $7::text, $8::text, etag FROM given WHERE $7::text IS NOT NULL
  ON CONFLICT DO NOTHING
)
UPDATE sluice.job j SET state = 'done', receipt_id = r.id, etag = g.etag, records_read = 1,
  records_loaded = 1, records_rejected = 0, records_skipped = 0, unpacked_bytes = 0, reason = NULL,
  lease_token = NULL, lease_until = NULL, finished_at = clock_timestamp()
FROM given g JOIN receipt r ON r.job_id = g.job
WHERE j.id = g.job AND j.lease_token = g.lease AND j.state::text = 'running')sql";

// $1 call, $2 state, $3 result, $4 code and $5 message of an error, each or NULL.
inline constexpr char kEndCall[] = R"sql(
UPDATE sluice.call SET state = $2, result = $3, error_code = $4, error_message = $5,
  ended_at = clock_timestamp()
WHERE id = $1 AND state IN ('sent', 'uncertain'))sql";

// Whether the other system has taken something since this object's last try, so that a fault which
// goes on is the object's own. $1 import, $2 job.
inline constexpr char kOthersWentThrough[] = R"sql(
SELECT EXISTS (
  SELECT FROM sluice.call d
  WHERE d.import_id = $1 AND d.state = 'done' AND d.id > (
    SELECT max(id) FROM sluice.call WHERE job_id = $2 AND state = 'later')))sql";

// $1 import, $2 subject, $3 bucket, $4 key, $5 state, each or NULL for all; $6 before this call or
// NULL; $7 limit. The newest first.
inline constexpr char kListCalls[] = R"sql(
SELECT id, import_id, job_id, store, bucket, key, etag, version, subject, state,
  coalesce(result, ''), coalesce(error_code, ''), coalesce(error_message, ''),
  sent_at::timestamptz(3), coalesce(ended_at::timestamptz(3)::text, '')
FROM sluice.call
WHERE ($1::int8 IS NULL OR import_id = $1) AND ($2::text IS NULL OR subject = $2)
  AND ($3::text IS NULL OR bucket = $3) AND ($4::text IS NULL OR key = $4)
  AND ($5::text IS NULL OR state = $5) AND ($6::int8 IS NULL OR id < $6)
ORDER BY id DESC LIMIT $7)sql";

inline constexpr char kTallyCalls[] = R"sql(
SELECT state, count(*) FROM sluice.call WHERE import_id = $1 GROUP BY 1 ORDER BY 1)sql";

// Why objects of the import were not taken. $1 import.
inline constexpr char kTallyReasons[] = R"sql(
SELECT reason, count(*) FROM sluice.job
WHERE import_id = $1 AND state = 'skipped' AND receipt_id IS NULL GROUP BY 1 ORDER BY 1)sql";

inline constexpr char kCallRelation[] = "SELECT 'sluice.call'::regclass::oid::int8";

// What an uncertain call of these objects came to is for whoever retries them to know. $1 store or
// NULL, $2 bucket or NULL, $3 key.
inline constexpr char kReleaseCalls[] = R"sql(
UPDATE sluice.call c SET state = 'repeated', ended_at = coalesce(c.ended_at, clock_timestamp())
FROM sluice.job j
WHERE j.id = c.job_id AND j.state = 'dead' AND c.state IN ('sent', 'uncertain')
  AND j.key = $3 AND ($1::text IS NULL OR j.store = $1)
  AND ($2::text IS NULL OR j.bucket = $2))sql";

}  // namespace sluice::sql
