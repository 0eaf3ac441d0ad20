// Every SQL statement about indexes, keys and foreign keys. Names are always qualified: sessions
// have a search_path of pg_catalog only, so what the server prints (regclass, definitions) is
// qualified and quoted, too.
#pragma once

namespace sluice::sql {

// ---- what is there

// $1 oid. No row: no such table.
inline constexpr char kTableKind[] = R"sql(
SELECT c.oid::regclass::text, c.relkind, c.relispartition, c.relreplident, c.relpersistence
FROM pg_class c WHERE c.oid = $1)sql";

// Indexes that serve ($1 the table's oid). BRIN is left out: keeping it up costs a load nothing,
// and reload finds superseded rows by it.
inline constexpr char kIndexParts[] = R"sql(
SELECT CASE c.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'x' THEN 'exclusion'
         ELSE 'index' END,
  n.nspname, t.relname, i.relname, pg_get_indexdef(i.oid), pg_get_constraintdef(c.oid),
  s.spcname, obj_description(i.oid, 'pg_class'), obj_description(c.oid, 'pg_constraint'),
  x.indisclustered, x.indisreplident,
  CASE WHEN x.indisunique THEN (
    SELECT string_agg(pg_get_indexdef(i.oid, k, false), ', ' ORDER BY k)
    FROM generate_series(1, x.indnkeyatts) k) END,
  pg_get_expr(x.indpred, x.indrelid),
  coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false),
  i.oid, c.oid, i.relispartition
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_am m ON m.oid = i.relam AND m.amname <> 'brin'
LEFT JOIN pg_tablespace s ON s.oid = i.reltablespace
LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype IN ('p', 'u', 'x')
WHERE x.indrelid = $1 AND x.indisvalid
ORDER BY i.relname)sql";

// Foreign keys of the table ($1) and of others that refer to it.
inline constexpr char kForeignKeyParts[] = R"sql(
SELECT n.nspname, t.relname, c.conname, pg_get_constraintdef(c.oid),
  obj_description(c.oid, 'pg_constraint'), c.conrelid, c.confrelid, c.conindid,
  c.conparentid <> 0 OR t.relkind = 'p'
FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE c.contype = 'f' AND (c.conrelid = $1 OR c.confrelid = $1)
ORDER BY n.nspname, t.relname, c.conname)sql";

// What other than foreign keys needs an index or its constraint: views that group by a primary key,
// and whatever else the server knows. $1 the oids of the indexes, $2 of their constraints.
inline constexpr char kDependents[] = R"sql(
SELECT DISTINCT d.refobjid, CASE
    WHEN r.oid IS NOT NULL THEN 'view ' || r.ev_class::regclass::text
    ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
FROM pg_depend d
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
WHERE d.deptype = 'n' AND d.classid <> 'pg_constraint'::regclass
  AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY ($1::oid[])
    OR d.refclassid = 'pg_constraint'::regclass AND d.refobjid = ANY ($2::oid[]))
ORDER BY 2)sql";

// Publications through which others' updates and deletes of the table would fail without its
// replica identity.
inline constexpr char kPublications[] = R"sql(
SELECT p.pubname
FROM pg_publication p
JOIN pg_publication_tables l ON l.pubname = p.pubname
JOIN pg_class c ON c.relname = l.tablename
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = l.schemaname
WHERE c.oid = $1 AND (p.pubupdate OR p.pubdelete)
ORDER BY p.pubname)sql";

inline constexpr char kFindTable[] = R"sql(
SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname || '.' || c.relname = $1)sql";

// Of schema $1, or of all but the server's and ours where it is empty; $2: only those with foreign
// keys of their own. Partitions go with their table.
inline constexpr char kFindTables[] = R"sql(
SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND CASE WHEN $1 <> '' THEN n.nspname = $1
      ELSE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'sluice') END
  AND (NOT $2 OR EXISTS (
    SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'))
ORDER BY n.nspname, c.relname)sql";

inline constexpr char kTableSize[] = R"sql(
SELECT pg_table_size(c.oid), greatest(c.reltuples, 0)::bigint,
  (SELECT count(*) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_am m ON m.oid = i.relam WHERE x.indrelid = c.oid AND m.amname <> 'brin'),
  pg_indexes_size(c.oid)
FROM pg_class c WHERE c.oid = $1)sql";

// ---- put aside; names that are filled in are quoted

inline constexpr char kLockTable[] = "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE";
inline constexpr char kDropIndex[] = "DROP INDEX {}";
inline constexpr char kDropConstraint[] = "ALTER TABLE {0} DROP CONSTRAINT {1}";

// ---- restore

// Advisory locks of this meaning have 'slui' as their first key and the table's oid as the second.
inline constexpr char kTryLockRelation[] = R"sql(
SELECT pg_try_advisory_lock(1936487785, ($1::bigint::bit(32))::int4))sql";
inline constexpr char kUnlockRelation[] = R"sql(
SELECT pg_advisory_unlock(1936487785, ($1::bigint::bit(32))::int4))sql";
// 2: seen as classid in pg_locks.
inline constexpr char kRelationLocked[] = R"sql(
SELECT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = 1936487785 AND l.objid = $1 AND l.objsubid = 2))sql";

// What bears the name: $1 schema, $2 name, $3 the table. Is it an index of the table, and whole?
inline constexpr char kFindIndex[] = R"sql(
SELECT coalesce(x.indrelid = $3, false), coalesce(x.indisvalid AND x.indisready, false),
  CASE WHEN x.indexrelid IS NOT NULL THEN pg_get_indexdef(c.oid) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index x ON x.indexrelid = c.oid
WHERE n.nspname = $1 AND c.relname = $2)sql";

// A constraint that does the same: $1 table, $2 contype, $3 definition. Then a foreign key needs
// no second one either, whether it was validated or not.
inline constexpr char kFindConstraint[] = R"sql(
SELECT c.conname, c.convalidated FROM pg_constraint c
WHERE c.conrelid = $1 AND c.contype = $2
  AND replace(pg_get_constraintdef(c.oid), ' NOT VALID', '') = replace($3, ' NOT VALID', ''))sql";

inline constexpr char kTableName[] =
    "SELECT c.oid::regclass::text FROM pg_class c WHERE c.oid = $1";

inline constexpr char kAddKey[] = "ALTER TABLE {0} ADD CONSTRAINT {1} {2} USING INDEX {1}{3}";
inline constexpr char kAddConstraint[] = "ALTER TABLE {0} ADD CONSTRAINT {1} {2}";
inline constexpr char kValidate[] = "ALTER TABLE {0} VALIDATE CONSTRAINT {1}";
inline constexpr char kCommentIndex[] = "COMMENT ON INDEX {0} IS {1}";
inline constexpr char kCommentConstraint[] = "COMMENT ON CONSTRAINT {1} ON {0} IS {2}";
inline constexpr char kClusterOn[] = "ALTER TABLE {0} CLUSTER ON {1}";
inline constexpr char kReplicaIdentity[] = "ALTER TABLE {0} REPLICA IDENTITY USING INDEX {1}";

// The columns of a foreign key ($1 table, $2 name), side by side, and how NULLs match.
inline constexpr char kForeignKeyColumns[] = R"sql(
SELECT quote_ident(a.attname), quote_ident(b.attname), c.confmatchtype,
  c.conrelid::regclass::text, c.confrelid::regclass::text
FROM pg_constraint c
CROSS JOIN unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(own, other, place)
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.other
WHERE c.conrelid = $1 AND c.conname = $2 AND c.contype = 'f'
ORDER BY k.place)sql";

// {0} table, {1} the other table, {2} the join, {3} what must be asked of the columns, {4} columns.
inline constexpr char kViolations[] = R"sql(
WITH bad AS (
  SELECT concat_ws(', ', {4}) AS value FROM {0} AS t
  WHERE {3} AND NOT EXISTS (SELECT FROM {1} AS r WHERE {2})
) SELECT (SELECT count(*) FROM bad), value FROM bad LIMIT 10)sql";

// ---- duplicates; {0} table, {1} key columns, {2} condition, {3} the txid column or NULL.
// PARTITION BY takes NULLs as equal, so where they are not, the condition leaves them out.

// Up to $1 rows that share a key with another, groups together, oldest first.
inline constexpr char kDuplicateRows[] = R"sql(
SELECT value, place::text, txid
FROM (
  SELECT concat_ws(', ', {1}) AS value, t.ctid AS place, {3} AS txid,
    count(*) OVER (PARTITION BY {1}) AS rows, dense_rank() OVER (ORDER BY {1}) AS key
  FROM {0} AS t WHERE {2}
) AS counted
WHERE rows > 1 ORDER BY key, txid NULLS FIRST, place LIMIT $1)sql";

// A second copy of an object's rows, numbered: {0} the table, {1} key columns, {2} condition.
inline constexpr char kMakeSecondCopy[] = R"sql(
CREATE TEMP TABLE sluice_second_copy
  (LIKE {0} INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY) ON COMMIT DROP;
ALTER TABLE pg_temp.sluice_second_copy ADD sluice_row bigint GENERATED ALWAYS AS IDENTITY)sql";
inline constexpr char kFindInSecondCopy[] = R"sql(
SELECT t.sluice_row, concat_ws(', ', {1}) FROM pg_temp.sluice_second_copy AS t
WHERE {2} AND concat_ws(', ', {1}) = ANY ($1::text[]) ORDER BY 1)sql";

inline constexpr char kLockAgainstWriters[] = "LOCK TABLE {0} IN SHARE ROW EXCLUSIVE MODE";

// Deletes up to $2 rows too many. Only rows of current receipts ($1) may go; rows of other origin
// stay, and where there is one, all of ours go. {4} is ASC to keep the last of ours, DESC to keep
// the first.
inline constexpr char kDeleteDuplicates[] = R"sql(
WITH counted AS (
  SELECT t.ctid AS place, {3} AS txid, concat_ws(', ', {1}) AS value,
    coalesce({3} = ANY ($1::int8[]), false) AS ours,
    count(*) OVER (PARTITION BY {1}) AS rows,
    row_number() OVER (PARTITION BY {1}
      ORDER BY coalesce({3} = ANY ($1::int8[]), false) DESC, {3} {4}, t.ctid {4}) AS turn
  FROM {0} AS t WHERE {2}
), doomed AS (
  SELECT * FROM counted WHERE ours AND turn < rows LIMIT $2
)
DELETE FROM {0} AS t USING doomed d WHERE t.ctid = d.place
RETURNING d.value, d.txid)sql";

}  // namespace sluice::sql
