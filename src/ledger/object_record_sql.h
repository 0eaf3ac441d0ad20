// The SQL of object_record.h; the rules of ledger_sql.h hold.
#pragma once

namespace sluice::sql {

// $1 system, then each NULL for all: $2 bucket, $3 start of the store, $4 start of the key, $5
// labels, $6 states, $7 id.
#define SLUICE_OBJECT_RECORDS                                                              \
  "WITH latest AS (SELECT DISTINCT ON (j.store, j.bucket, j.key) j.*, "                    \
  "    i.error_origin AS i_origin, i.error_code AS i_code, i.error_message AS i_message, " \
  "    j.state = 'pending' AND i.state = 'completed' AS forgotten, "                       \
  "    CASE WHEN j.state = 'cancelled' OR "                                                \
  "      (j.state = 'pending' AND i.state IN ('failed', 'cancelled')) THEN 'dead' "        \
  "      ELSE j.state END AS fate "                                                        \
  "  FROM sluice.job j JOIN sluice.import i ON i.id = j.import_id "                        \
  "  WHERE i.system = $1 AND ($2::text IS NULL OR j.bucket = $2) "                         \
  "    AND ($3::text IS NULL OR starts_with(j.store, $3)) "                                \
  "    AND ($4::text IS NULL OR starts_with(j.key, $4)) "                                  \
  "    AND ($5::text[] IS NULL OR j.label = ANY ($5)) "                                    \
  "    AND ($7::int8 IS NULL OR (j.store, j.bucket, j.key) = "                             \
  "      (SELECT o.store, o.bucket, o.key FROM sluice.job o WHERE o.id = $7)) "            \
  "  ORDER BY j.store, j.bucket, j.key, "                                                  \
  "    j.state = 'skipped' AND j.reason = 'already-loaded', j.id DESC), "                  \
  "chosen AS (SELECT * FROM latest WHERE NOT forgotten AND ($7::int8 IS NULL OR id = $7) " \
  "  AND ($6::sluice.job_state[] IS NULL OR fate = ANY ($6))) "

// $8 limit, $9 offset.
inline constexpr char kObjectRecords[] = SLUICE_OBJECT_RECORDS
    "SELECT id, label, store, bucket, key, etag, size_bytes, fate, reason, records_loaded, "
    "  records_rejected, last_modified::timestamptz(3), started_at::timestamptz(3), "
    "  finished_at::timestamptz(3), coalesce(error_origin, i_origin), "
    "  coalesce(error_code, i_code), coalesce(error_message, i_message), error_line, error_byte "
    "FROM chosen ORDER BY id LIMIT $8 OFFSET $9";

inline constexpr char kCountObjectRecords[] =
    SLUICE_OBJECT_RECORDS "SELECT fate, count(*) FROM chosen GROUP BY fate";

inline constexpr char kCountForgotten[] = R"sql(
SELECT count(*) FROM sluice.job j JOIN sluice.import i ON i.id = j.import_id
WHERE j.import_id = $1 AND i.state = 'completed' AND j.state = 'pending')sql";

}  // namespace sluice::sql
