// Every SQL statement of the extract.
#pragma once

namespace sluice::sql {

// What keeps values from losing anything on their way to text; and row security shall fail a read
// rather than hide rows from it.
inline constexpr char kExtractSettings[] =
    "SET LOCAL row_security = off; SET LOCAL extra_float_digits = 1; "
    "SET LOCAL IntervalStyle = 'postgres'; SET LOCAL lc_monetary = 'C'; "
    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

// $1 the table's quoted name.
inline constexpr char kDescribeRelation[] = R"sql(
SELECT c.oid::int8, c.relkind::text, c.relrowsecurity
FROM pg_class c WHERE c.oid = to_regclass($1))sql";

// Columns that COPY gives out: of generated ones nothing could be loaded again.
inline constexpr char kDescribeColumns[] = R"sql(
SELECT attname, format_type(atttypid, atttypmod)
FROM pg_attribute
WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum)sql";

// The tables that hold the rows of $1: itself, partitions, heirs. Whether each can be read by
// pages, and how many those are.
inline constexpr char kDescribeLeaves[] = R"sql(
WITH RECURSIVE tree AS (
  SELECT $1::oid AS oid
  UNION ALL
  SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON i.inhparent = t.oid)
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
  a.amname IS NOT DISTINCT FROM 'heap',
  CASE WHEN a.amname = 'heap'
    THEN pg_relation_size(c.oid) / current_setting('block_size')::int8 ELSE 0 END,
  has_table_privilege(c.oid, 'SELECT')
FROM tree JOIN pg_class c USING (oid)
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am a ON a.oid = c.relam
WHERE c.relkind <> 'p'
ORDER BY c.oid)sql";

}  // namespace sluice::sql
