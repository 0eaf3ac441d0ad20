// Every SQL statement about generations.
#pragma once

namespace sluice::sql {

inline constexpr char kLockTarget[] =
    "SELECT pg_advisory_xact_lock(hashtextextended('sluice.generation.' || $1, 0))";

// The target's open generation, and whether somebody works on its import ($2: live seconds).
inline constexpr char kOpenGeneration[] = R"sql(
SELECT g.id, g.import_id, coalesce(g.shadow, ''),
  EXISTS (SELECT FROM sluice.worker w WHERE w.ended_at IS NULL AND w.import_id = g.import_id
          AND w.seen_at > clock_timestamp() - $2::int * interval '1 second')
FROM sluice.generation g WHERE g.target = $1 AND g.state = 'open')sql";

// Whether the target's last generation is the import's ($2) and done.
inline constexpr char kLastIsDone[] = R"sql(
SELECT coalesce((SELECT g.import_id = $2 AND g.state = 'done' FROM sluice.generation g
  WHERE g.target = $1 AND g.state <> 'abandoned' ORDER BY g.id DESC LIMIT 1), false))sql";

inline constexpr char kCountCurrent[] =
    "SELECT count(*) FROM sluice.receipt WHERE target = $1 AND state = 'current'";

inline constexpr char kMakeGeneration[] =
    "INSERT INTO sluice.generation (import_id, target) VALUES ($1, $2) RETURNING id";
inline constexpr char kSetShadow[] = "UPDATE sluice.generation SET shadow = $2 WHERE id = $1";
inline constexpr char kEndGeneration[] = R"sql(
UPDATE sluice.generation SET state = $2, finished_at = clock_timestamp()
WHERE id = $1 AND state = 'open')sql";

inline constexpr char kSupersedeTarget[] = R"sql(
UPDATE sluice.receipt SET state = 'superseded'
WHERE target = $1 AND state IN ('current', 'forgotten'))sql";

// What was loaded aside ($1) becomes current of the target ($2) in its new relation ($3).
inline constexpr char kPromoteReceipts[] = R"sql(
UPDATE sluice.receipt SET target = $2, relation = $3 WHERE target = $1 AND state = 'current')sql";
inline constexpr char kPromoteJobs[] = "UPDATE sluice.job SET target = $2 WHERE target = $1";

// Whether all of the import's objects are in.
inline constexpr char kImportIsWhole[] = R"sql(
SELECT i.state = 'completed' AND NOT EXISTS (
  SELECT FROM sluice.job j WHERE j.import_id = i.id AND j.state NOT IN ('done', 'skipped'))
FROM sluice.import i WHERE i.id = $1)sql";

}  // namespace sluice::sql
