// The SQL of throttles.
#pragma once

namespace sluice::sql {

// $1 name, $2 slots per second, $3 unit. What was reserved at another rate is forgotten.
inline constexpr char kSetThrottle[] = R"sql(
INSERT INTO sluice.throttle AS t (name, per_second, burst, unit)
VALUES ($1, $2::float8, greatest(1, $2::float8 / 4), $3)
ON CONFLICT (name) DO UPDATE SET per_second = excluded.per_second, burst = excluded.burst,
  unit = excluded.unit,
  due = CASE WHEN (t.per_second, t.unit) = (excluded.per_second, excluded.unit) THEN t.due
             ELSE least(t.due, clock_timestamp()) END)sql";

inline constexpr char kDropThrottle[] = "DELETE FROM sluice.throttle WHERE name = $1";

inline constexpr char kGetThrottle[] =
    "SELECT per_second, unit FROM sluice.throttle WHERE name = $1";

inline constexpr char kListThrottles[] =
    "SELECT name, per_second, unit FROM sluice.throttle ORDER BY name";

// GCRA: up to $2 slots are reserved at once; the answer is how many, and how many ms to wait before
// using them.
inline constexpr char kReserve[] = R"sql(
UPDATE sluice.throttle SET
  due = greatest(due, clock_timestamp())
        + least($2::float8, burst) / per_second * interval '1 second'
WHERE name = $1
RETURNING least($2::float8, burst),
  ceil(greatest(0, (extract(epoch FROM due - clock_timestamp()) - burst / per_second)
                   * 1000))::int8,
  per_second, unit)sql";

}  // namespace sluice::sql
