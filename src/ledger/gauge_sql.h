// The SQL of the ledger's gauges.
#pragma once

namespace sluice::sql {

// $1 the seconds after which a worker counts as gone. Only what is unfinished is looked at.
inline constexpr char kGauges[] = R"sql(
SELECT
  (SELECT count(*) FROM sluice.import WHERE state = 'running'),
  p.jobs, p.bytes, p.oldest_ms,
  (SELECT count(*) FROM sluice.job WHERE state = 'running'),
  (SELECT count(*) FROM sluice.outbox WHERE state = 'pending'),
  (SELECT count(*) FROM sluice.reject WHERE state = 'open'),
  (SELECT count(*) FROM sluice.worker WHERE ended_at IS NULL
   AND seen_at > clock_timestamp() - $1::int * interval '1 second'),
  (SELECT count(*) FROM sluice.lane WHERE paused)
FROM (SELECT count(*) AS jobs, coalesce(sum(size_bytes), 0)::int8 AS bytes,
        coalesce(extract(epoch FROM clock_timestamp() - min(created_at)) * 1000, 0)::int8
          AS oldest_ms
      FROM sluice.job WHERE state = 'pending') p)sql";

inline constexpr char kDatabasePressure[] = R"sql(
SELECT count(*), current_setting('max_connections')::int8,
  count(*) FILTER (WHERE state = 'active' AND pid <> pg_backend_pid()),
  count(*) FILTER (WHERE wait_event_type = 'Lock'),
  pg_database_size(current_database())
FROM pg_stat_activity WHERE backend_type = 'client backend')sql";

}  // namespace sluice::sql
