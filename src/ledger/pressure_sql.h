// The SQL of pressure.
#pragma once

namespace sluice::sql {

// $1 import, $2 percent, $3 and $4 the first times, in ms.
inline constexpr char kSetPressure[] = R"sql(
INSERT INTO sluice.pressure (import_id, max_percent, open_ms, shut_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (import_id) DO UPDATE SET max_percent = excluded.max_percent)sql";

inline constexpr char kDropPressure[] = "DELETE FROM sluice.pressure WHERE import_id = $1";

// $1 import, $2 worker: who leads, or may, because the last leader was not seen for five seconds.
inline constexpr char kLeadPressure[] = R"sql(
UPDATE sluice.pressure SET leader = $2, leader_until = clock_timestamp() + interval '5 seconds'
WHERE import_id = $1 AND (leader = $2 OR leader_until < clock_timestamp()))sql";

inline constexpr char kPressure[] = R"sql(
SELECT max_percent, open_ms, shut_ms,
  (extract(epoch FROM clock_timestamp() - began) * 1000)::int8, leader IS NOT DISTINCT FROM $2
FROM sluice.pressure WHERE import_id = $1)sql";

inline constexpr char kSetPaceTimes[] = R"sql(
UPDATE sluice.pressure SET began = clock_timestamp(), open_ms = $2, shut_ms = $3, percent = $4,
  cause = $5
WHERE import_id = $1)sql";

// Ages of running transactions stand for how long they take. A session that a role may not look at
// has no state. A COPY that waits for its client does no work.
inline constexpr char kSampleActivity[] = R"sql(
SELECT count(*) FILTER (WHERE ours AND state = 'active'
                        AND wait_event_type IS DISTINCT FROM 'Client'),
  count(*) FILTER (WHERE NOT ours AND age_ms < 10000),
  coalesce(sum(ln(greatest(age_ms, 0.1))) FILTER (WHERE NOT ours AND age_ms < 10000), 0),
  count(*) FILTER (WHERE NOT ours AND state IS NULL)
FROM (
  SELECT application_name LIKE 'sluice%' AS ours, state, wait_event_type,
    (extract(epoch FROM clock_timestamp() - xact_start) * 1000)::float8 AS age_ms
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) a)sql";

inline constexpr char kReplayLag[] = R"sql(
SELECT coalesce((extract(epoch FROM max(replay_lag)) * 1000)::int8, 0)
FROM pg_stat_replication)sql";

}  // namespace sluice::sql
