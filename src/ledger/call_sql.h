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

// The intent: no row where the lease is lost, or where another call about the object is open. $1
// job, $2 lease token, $3 etag, $4 version, $5 subject, $6 token.
inline constexpr char kBeginCall[] = R"sql(
INSERT INTO sluice.call (import_id, job_id, target, store, bucket, key, etag, version, subject,
  token)
SELECT import_id, id, target, store, bucket, key, $3, $4, $5, $6 FROM sluice.job
WHERE id = $1 AND lease_token = $2 AND state = 'running'
ON CONFLICT (target, store, bucket, key) WHERE state IN ('sent', 'uncertain') DO NOTHING
RETURNING id)sql";

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
