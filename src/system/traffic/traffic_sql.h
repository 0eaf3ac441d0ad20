// Every SQL statement of the traffic system but its schema, which is traffic_schema.sql.
#pragma once

namespace sluice {

extern const char kTrafficSchemaSql[];

namespace sql {

// Two processes may make the tables at once.
inline constexpr char kLockTrafficSchema[] =
    "SELECT pg_advisory_xact_lock(hashtextextended('sluice.traffic.schema', 0))";

// The oid of waze.data_files (NULL: not there), its id's sequence, and the expected columns ($1
// tables, $2 columns, $3 types) that are missing or of another type.
inline constexpr char kCheckTraffic[] = R"sql(
SELECT to_regclass('waze.data_files')::oid,
  CASE WHEN to_regclass('waze.data_files') IS NOT NULL
       THEN pg_get_serial_sequence('waze.data_files', 'id') END,
  string_agg(format('%s.%s %s', e.tab, e.col,
                    coalesce('is ' || format_type(a.atttypid, NULL), 'is missing')), ', ')
    FILTER (WHERE a.attname IS NULL OR a.atttypid <> to_regtype(e.type))
FROM unnest($1::text[], $2::text[], $3::text[]) AS e (tab, col, type)
LEFT JOIN pg_attribute a ON a.attrelid = to_regclass('waze.' || e.tab) AND a.attname = e.col
  AND NOT a.attisdropped)sql";

// The tables that the elements' rows go into, coordinates last.
inline constexpr char kRowRelations[] = R"sql(
SELECT to_regclass('waze.' || t.name)::oid
FROM (VALUES (1, 'alerts'), (2, 'jams'), (3, 'irregularities'), (4, 'coordinates')) AS t (n, name)
ORDER BY t.n)sql";

inline constexpr char kAlertTypes[] = R"sql(
SELECT min(id), type, coalesce(subtype, '') FROM waze.alert_types GROUP BY 2, 3)sql";

// $1 id, $2 and $3 milliseconds since 1970, $4 file name, $5 hash. No row: the content is there.
inline constexpr char kInsertDataFile[] = R"sql(
INSERT INTO waze.data_files (id, start_time_millis, end_time_millis, start_time, end_time,
  date_created, date_updated, file_name, json_hash)
VALUES ($1, $2, $3,
  timestamp '1970-01-01' + $2::int8 * interval '1 millisecond',
  timestamp '1970-01-01' + $3::int8 * interval '1 millisecond',
  now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', $4, $5)
ON CONFLICT (json_hash) DO NOTHING)sql";

inline constexpr char kFindDataFile[] =
    "SELECT id, file_name FROM waze.data_files WHERE json_hash = $1";

inline constexpr char kTouchDataFile[] =
    "UPDATE waze.data_files SET date_updated = now() AT TIME ZONE 'UTC' WHERE id = $1";

inline constexpr char kBeginRows[] = "SAVEPOINT rows";
inline constexpr char kUndoRows[] = "ROLLBACK TO SAVEPOINT rows";

// A merge goes through a table of the session's own, as the feed processor's upserts do: every
// column is set anew, and the row belongs to the newest file. {0} table, {1} columns, {2} the same
// with $1, the file's id, for datafile_id, {3} an assignment for each.
inline constexpr char kCopyTraffic[] = "COPY waze.{0} ({1}) FROM STDIN (FORMAT binary)";
inline constexpr char kStageTraffic[] =
    "CREATE TEMP TABLE IF NOT EXISTS sluice_{0} (LIKE waze.{0}) ON COMMIT DELETE ROWS";
inline constexpr char kCopyTrafficToStage[] =
    "COPY pg_temp.sluice_{0} ({1}) FROM STDIN (FORMAT binary)";
inline constexpr char kMergeTraffic[] = R"sql(
INSERT INTO waze.{0} ({1}) SELECT {2} FROM pg_temp.sluice_{0} ORDER BY id
ON CONFLICT (id) DO UPDATE SET {3})sql";

}  // namespace sql
}  // namespace sluice
