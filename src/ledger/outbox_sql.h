// The SQL of the outbox.
#pragma once

namespace sluice::sql {

inline constexpr char kPostOutbox[] = R"sql(
INSERT INTO sluice.outbox (job_id, kind, argument, etag) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING)sql";

// What the import's options say shall follow an event beside its disposition: "follow" is an array
// of {"event", "kind", "argument"}. $1 job, $2 event, $3 etag or NULL: the job's.
inline constexpr char kPostFollowing[] = R"sql(
INSERT INTO sluice.outbox (job_id, kind, argument, etag, event)
SELECT j.id, f->>'kind', f->>'argument', coalesce($3, j.etag), $2
FROM sluice.job j JOIN sluice.import i ON i.id = j.import_id,
  jsonb_array_elements(coalesce(i.options->'follow', '[]')) AS f
WHERE j.id = $1 AND f->>'event' = $2
ON CONFLICT DO NOTHING)sql";

// An object found loaded already gets its disposition again: it may have been put back. A watch,
// which finds it again and again, does not repeat within a run what failed for good, nor a tag.
// $1 import, $2 kind, $3 argument, then one page of the listing: store, bucket, key, etag.
inline constexpr char kPostForLoaded[] = R"sql(
INSERT INTO sluice.outbox (job_id, kind, argument, etag)
SELECT j.id, $2, $3, j.etag
FROM unnest($4::text[], $5::text[], $6::text[], $7::text[]) AS l(store, bucket, key, etag)
CROSS JOIN LATERAL (SELECT * FROM sluice.job
  WHERE import_id = $1 AND store = l.store AND bucket = l.bucket AND key = l.key LIMIT 1) j
JOIN sluice.receipt r ON r.id = j.receipt_id AND r.state = 'current' AND r.etag = j.etag
JOIN sluice.import i ON i.id = j.import_id
WHERE j.etag = l.etag AND j.state IN ('done', 'skipped') AND NOT EXISTS (
  SELECT FROM sluice.outbox o
  WHERE o.job_id = j.id AND o.kind = $2 AND o.argument = $3 AND o.etag = j.etag
    AND o.created_at >= i.started_at AND (o.state = 'dead' OR o.kind = 'tag') OFFSET 0)
ON CONFLICT DO NOTHING)sql";

// Committed with synchronous_commit on: this commit is the barrier that makes every commit before
// it durable. The import is looked up for each item, so that a claim reads what is due and not all
// jobs of the import.
inline constexpr char kClaimOutbox[] = R"sql(
WITH picked AS (
  SELECT o.id FROM sluice.outbox o
  WHERE o.state IN ('pending', 'running') AND (
      (o.state = 'pending' AND o.not_before <= clock_timestamp()) OR
      (o.state = 'running' AND o.lease_until < clock_timestamp()))
    AND (SELECT import_id FROM sluice.job WHERE id = o.job_id) = $1
  ORDER BY o.id LIMIT $2::int8 FOR UPDATE OF o SKIP LOCKED)
UPDATE sluice.outbox o SET state = 'running', worker_id = $4,
  lease_until = clock_timestamp() + $3::int8 * interval '1 millisecond'
FROM picked, sluice.job j WHERE o.id = picked.id AND j.id = o.job_id
RETURNING o.id, o.kind, o.argument, o.etag, o.attempts, j.store, j.bucket, j.key, o.event,
  coalesce(CASE WHEN o.event = 'dead' THEN j.error_message ELSE j.reason END, ''), j.id)sql";

// $1 ids.
inline constexpr char kOutboxDone[] = R"sql(
UPDATE sluice.outbox SET state = 'done', lease_until = NULL, finished_at = clock_timestamp()
WHERE id = ANY ($1::int8[]) AND state = 'running')sql";

// The object holds other content than its load read: it waits again. $1 job, $2 the etag that was
// loaded, $3 whether the new content takes the place of the old.
inline constexpr char kRequeueOverwritten[] = R"sql(
UPDATE sluice.job SET state = 'pending', reload = $3, attempts = 0, crashes = 0,
  not_before = '-infinity', finished_at = NULL, receipt_id = NULL, reason = NULL,
  error_origin = NULL, error_code = NULL, error_message = NULL, error_remedy = NULL,
  error_line = NULL, error_byte = NULL, records_read = 0, records_loaded = 0,
  records_rejected = 0, records_skipped = 0, unpacked_bytes = 0
WHERE id = $1 AND etag = $2 AND state IN ('done', 'skipped', 'dead'))sql";

// $2 code, $3 message, $4 give up, $5 pause in ms.
inline constexpr char kOutboxFailed[] = R"sql(
UPDATE sluice.outbox SET
  state = CASE WHEN $4::boolean THEN 'dead' ELSE 'pending' END::sluice.outbox_state,
  attempts = attempts + 1, lease_until = NULL, error_code = $2, error_message = $3,
  not_before = clock_timestamp() + $5::int8 * interval '1 millisecond'
WHERE id = $1 AND state = 'running')sql";

inline constexpr char kOutboxOpen[] = R"sql(
SELECT count(*) FILTER (WHERE o.state IN ('pending', 'running')),
       count(*) FILTER (WHERE o.state = 'dead')
FROM sluice.outbox o JOIN sluice.job j ON j.id = o.job_id
WHERE j.import_id = $1 AND o.state IN ('pending', 'running', 'dead'))sql";

}  // namespace sluice::sql
