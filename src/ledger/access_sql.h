// The SQL of users, tokens, sessions and the audit.
#pragma once

namespace sluice::sql {

inline constexpr char kMakeUser[] = R"sql(
INSERT INTO sluice.user (name, role) VALUES ($1, $2::sluice.role)
ON CONFLICT (name) DO NOTHING RETURNING id)sql";

inline constexpr char kSetUserRole[] = R"sql(
UPDATE sluice.user SET role = $2::sluice.role WHERE name = $1)sql";

inline constexpr char kDisableUser[] = R"sql(
UPDATE sluice.user SET disabled_at = CASE WHEN $2::boolean THEN clock_timestamp() END
WHERE name = $1)sql";

inline constexpr char kUsers[] = R"sql(
SELECT u.id, u.name, u.role, u.disabled_at IS NOT NULL, u.created_at::timestamptz(0),
  count(t.id) FILTER (WHERE t.revoked_at IS NULL
                      AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp()))
FROM sluice.user u LEFT JOIN sluice.token t ON t.user_id = u.id
GROUP BY u.id ORDER BY u.name)sql";

// $1 user, $2 hash, $3 role or NULL, $4 note, $5 seconds of life or NULL.
inline constexpr char kMakeToken[] = R"sql(
INSERT INTO sluice.token (user_id, hash, role, note, expires_at)
SELECT u.id, $2, $3::sluice.role, $4, clock_timestamp() + $5::int8 * interval '1 second'
FROM sluice.user u WHERE u.name = $1 RETURNING id)sql";

inline constexpr char kTokens[] = R"sql(
SELECT t.id, u.name, least(u.role, coalesce(t.role, u.role)), t.note,
  t.created_at::timestamptz(0), t.expires_at::timestamptz(0), t.revoked_at::timestamptz(0)
FROM sluice.token t JOIN sluice.user u ON u.id = t.user_id ORDER BY t.id)sql";

inline constexpr char kRevokeToken[] = R"sql(
UPDATE sluice.token SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE id = $1)sql";

#define SLUICE_VALID_TOKEN                              \
  "t.revoked_at IS NULL AND u.disabled_at IS NULL AND " \
  "(t.expires_at IS NULL OR t.expires_at > clock_timestamp())"

// $1 hash.
inline constexpr char kTokenHolder[] =
    "SELECT u.id, u.name, least(u.role, coalesce(t.role, u.role)), t.id "
    "FROM sluice.token t JOIN sluice.user u ON u.id = t.user_id "
    "WHERE t.hash = $1 AND " SLUICE_VALID_TOKEN;

inline constexpr char kSessionHolder[] =
    "SELECT u.id, u.name, least(u.role, coalesce(t.role, u.role)), t.id "
    "FROM sluice.session s JOIN sluice.token t ON t.id = s.token_id "
    "JOIN sluice.user u ON u.id = t.user_id "
    "WHERE s.hash = $1 AND s.expires_at > clock_timestamp() AND " SLUICE_VALID_TOKEN;

// $1 hash, $2 token, $3 seconds. What has expired goes at the same time.
inline constexpr char kMakeSession[] = R"sql(
WITH old AS (DELETE FROM sluice.session WHERE expires_at < clock_timestamp())
INSERT INTO sluice.session (hash, token_id, expires_at)
VALUES ($1, $2, clock_timestamp() + $3::int8 * interval '1 second'))sql";

inline constexpr char kEndSession[] = "DELETE FROM sluice.session WHERE hash = $1";

inline constexpr char kBeginAudit[] = R"sql(
INSERT INTO sluice.audit (user_id, user_name, token_id, peer, method, path)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id)sql";

inline constexpr char kEndAudit[] = R"sql(
UPDATE sluice.audit SET status = $2, subject = $3, finished_at = clock_timestamp()
WHERE id = $1)sql";

// $1 user, $2 key, $3 request hash. The first to come has it; whoever comes later sees what the
// first asked and got.
inline constexpr char kTakeIdempotencyKey[] = R"sql(
WITH old AS (DELETE FROM sluice.idempotency WHERE created_at < clock_timestamp() - interval '1 day')
INSERT INTO sluice.idempotency (user_id, key, request) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING)sql";

inline constexpr char kIdempotencyKey[] = R"sql(
SELECT request = $3, import_id FROM sluice.idempotency WHERE user_id = $1 AND key = $2)sql";

inline constexpr char kSettleIdempotencyKey[] = R"sql(
UPDATE sluice.idempotency SET import_id = $3 WHERE user_id = $1 AND key = $2)sql";

inline constexpr char kDropIdempotencyKey[] = R"sql(
DELETE FROM sluice.idempotency WHERE user_id = $1 AND key = $2 AND import_id IS NULL)sql";

// ---- lanes

inline constexpr char kLanes[] = R"sql(
SELECT l.name, l.width, l.paused,
  count(j.id) FILTER (WHERE j.state = 'pending'), count(j.id) FILTER (WHERE j.state = 'running')
FROM sluice.lane l LEFT JOIN sluice.job j ON j.lane = l.name AND j.state IN ('pending', 'running')
GROUP BY l.name ORDER BY l.name)sql";

inline constexpr char kIsTurnOf[] = R"sql(
SELECT EXISTS (
  SELECT FROM (
    SELECT import_id FROM sluice.job WHERE lane = $1 AND state IN ('pending', 'running')
    ORDER BY id LIMIT (SELECT width FROM sluice.lane WHERE name = $1)) AS first
  WHERE first.import_id = $2))sql";

inline constexpr char kLanePaused[] = "SELECT FROM sluice.lane WHERE name = $1 AND paused";

inline constexpr char kPauseLane[] = "UPDATE sluice.lane SET paused = $2 WHERE name = $1";

inline constexpr char kWidenLane[] = R"sql(
INSERT INTO sluice.lane (name, width) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET width = excluded.width)sql";

}  // namespace sluice::sql
