// Every SQL statement of a merge. Rows are locked in the order of their keys as text, in the one
// statement that inserts them, whether they are new or there already: sessions that merge the same
// keys queue up and never wait for each other in a circle. What follows touches locked rows only.
//
// Fill-ins: {table}, {history}; {columns} and {incoming_columns}: of a tuple, the latter of alias
// `incoming`; {key}: its columns, and {incoming_key}; {order}: the key of `incoming` as text;
// {same}: `stored` and `incoming` have one key; {set}, {set_excluded}: the update; {newer},
// {newer_excluded}: whether it is wanted.
#pragma once

namespace sluice::sql {

// Is there a unique index on just these columns ($2) of the table ($1) that ON CONFLICT can use?
inline constexpr char kHasKey[] = R"sql(
SELECT EXISTS (
  SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisunique AND x.indimmediate
    AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL
    AND (SELECT array_agg(a.attname::text ORDER BY a.attname)
         FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, place)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
         WHERE k.place <= x.indnkeyatts)
      = (SELECT array_agg(name ORDER BY name) FROM unnest($2::text[]) AS name))
FROM pg_class c WHERE c.oid = to_regclass($1))sql";

// Columns that the table ($1) and its history ($2) share.
inline constexpr char kSharedColumns[] = R"sql(
SELECT quote_ident(a.attname)
FROM pg_attribute a JOIN pg_attribute h ON h.attname = a.attname
WHERE a.attrelid = to_regclass($1) AND h.attrelid = to_regclass($2)
  AND a.attnum > 0 AND h.attnum > 0 AND NOT a.attisdropped AND NOT h.attisdropped
  AND a.attgenerated = '' AND h.attgenerated = ''
ORDER BY a.attnum)sql";

inline constexpr char kMakeStaging[] = R"sql(
SET LOCAL work_mem = '{work_mem_kb}kB';
CREATE TEMPORARY TABLE sluice_staging ON COMMIT DROP AS
SELECT 0::int8 AS sluice_line, 0::int8 AS sluice_byte, NULL::bytea AS sluice_raw, {columns}
FROM {table} WITH NO DATA)sql";

// Those that are new, so that what follows leaves them alone.
inline constexpr char kMakeFresh[] = R"sql(;
CREATE TEMPORARY TABLE sluice_fresh ON COMMIT DROP AS SELECT {key} FROM {table} WITH NO DATA)sql";

inline constexpr char kCopyStaging[] =
    "COPY pg_temp.sluice_staging (sluice_line, sluice_byte, sluice_raw, {columns}) FROM STDIN "
    "({copy_options})";

// Where a row is refused: all rows are put by, and merged piece by piece until it is found.
inline constexpr char kPutStagingBy[] = R"sql(
ALTER TABLE pg_temp.sluice_staging RENAME TO sluice_staged;
CREATE INDEX ON pg_temp.sluice_staged (sluice_line);
CREATE TEMPORARY TABLE sluice_staging (LIKE pg_temp.sluice_staged) ON COMMIT DROP)sql";
inline constexpr char kStagedLines[] = R"sql(
SELECT min(sluice_line), max(sluice_line) FROM pg_temp.sluice_staged)sql";
// $1 to $2: lines.
inline constexpr char kStagePiece[] = R"sql(
INSERT INTO pg_temp.sluice_staging
SELECT * FROM pg_temp.sluice_staged WHERE sluice_line BETWEEN $1 AND $2)sql";
inline constexpr char kStagedRecord[] = R"sql(
SELECT sluice_byte, encode(sluice_raw, 'hex') FROM pg_temp.sluice_staged
WHERE sluice_line = $1)sql";
inline constexpr char kClearPiece[] = "TRUNCATE pg_temp.sluice_staging";
inline constexpr char kClearPieceAndFresh[] =
    "TRUNCATE pg_temp.sluice_staging, pg_temp.sluice_fresh";

inline constexpr char kStagedDuplicates[] = R"sql(
SELECT concat_ws(', ', {key}), sluice_line, sluice_byte
FROM pg_temp.sluice_staging
WHERE ({key}) IN (
  SELECT {key} FROM pg_temp.sluice_staging GROUP BY {key} HAVING count(*) > 1)
ORDER BY {key}, sluice_line LIMIT $1)sql";

// {beats}: > keeps the last, < the first.
inline constexpr char kDropStagedDuplicates[] = R"sql(
DELETE FROM pg_temp.sluice_staging AS incoming
WHERE EXISTS (SELECT FROM pg_temp.sluice_staging AS stored
  WHERE {same} AND stored.sluice_line {beats} incoming.sluice_line))sql";

// One pass without history. Returns inserted, updated. A row that was there carries our lock into
// its new version's xmax; a new row has none.
inline constexpr char kMerge[] = R"sql(
WITH merged AS (
  INSERT INTO {table} AS stored ({columns})
  SELECT {incoming_columns} FROM pg_temp.sluice_staging AS incoming ORDER BY {order}
  ON CONFLICT ({key}) DO UPDATE SET {set_excluded} WHERE {newer_excluded}
  RETURNING stored.xmax = 0 AS inserted
) SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM merged)sql";

// Returns inserted, 0.
inline constexpr char kInsertNew[] = R"sql(
WITH merged AS (
  INSERT INTO {table} AS stored ({columns})
  SELECT {incoming_columns} FROM pg_temp.sluice_staging AS incoming ORDER BY {order}
  ON CONFLICT ({key}) DO NOTHING RETURNING 1
) SELECT count(*), 0 FROM merged)sql";

// Returns those that are there already: value, line, byte; $1 the most.
inline constexpr char kInsertOrName[] = R"sql(
WITH stored AS (
  INSERT INTO {table} ({columns})
  SELECT {incoming_columns} FROM pg_temp.sluice_staging AS incoming ORDER BY {order}
  ON CONFLICT ({key}) DO NOTHING RETURNING {key}
)
SELECT concat_ws(', ', {incoming_key}), incoming.sluice_line, incoming.sluice_byte
FROM pg_temp.sluice_staging AS incoming WHERE NOT EXISTS (SELECT FROM stored WHERE {same})
ORDER BY incoming.sluice_line LIMIT $1)sql";

// With history: inserts what is new and locks what is there, in one pass (an update that WHERE
// refuses locks its row all the same). Returns inserted, 0.
inline constexpr char kInsertOrLock[] = R"sql(
WITH merged AS (
  INSERT INTO {table} AS stored ({columns})
  SELECT {incoming_columns} FROM pg_temp.sluice_staging AS incoming ORDER BY {order}
  ON CONFLICT ({key}) DO UPDATE SET {set_excluded} WHERE false
  RETURNING {stored_key}
), fresh AS (
  INSERT INTO pg_temp.sluice_fresh SELECT * FROM merged RETURNING 1
) SELECT count(*), 0 FROM fresh)sql";

inline constexpr char kKeepHistory[] = R"sql(
INSERT INTO {history} ({history_columns})
SELECT {stored_columns} FROM {table} AS stored JOIN pg_temp.sluice_staging AS incoming ON {same}
WHERE {newer} AND NOT EXISTS (SELECT FROM pg_temp.sluice_fresh AS fresh WHERE {fresh}))sql";

inline constexpr char kUpdate[] = R"sql(
UPDATE {table} AS stored SET {set} FROM pg_temp.sluice_staging AS incoming
WHERE {same} AND {newer}
  AND NOT EXISTS (SELECT FROM pg_temp.sluice_fresh AS fresh WHERE {fresh}))sql";

}  // namespace sluice::sql
