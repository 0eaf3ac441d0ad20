// Every SQL statement of the table system.
#pragma once

namespace sluice::sql {

// $1 the table's quoted name. Its oid, its kind, and its columns in order.
inline constexpr char kDescribeTable[] = R"sql(
SELECT c.oid::int8, c.relkind::text, a.attname, format_type(a.atttypid, a.atttypmod),
  a.attgenerated <> '', coalesce(a.attnum = ANY (k.conkey), false)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE c.oid = to_regclass($1)
ORDER BY a.attnum)sql";

// Two processes may make the same table at once.
inline constexpr char kLockTableName[] =
    "SELECT pg_advisory_xact_lock(hashtextextended('sluice.table.' || $1, 0))";

// The function of the extension aws_s3 that is called, whether there is one, and whether it may be.
inline constexpr char kExamineAwsS3[] = R"sql(
SELECT count(*) > 0,
  coalesce(bool_or(has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(n.oid, 'USAGE')
    AND (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace
         WHERE nspname = 'aws_commons')), false)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'aws_s3' AND p.proname = 'table_import_from_s3' AND p.pronargs = 4)sql";

// $1 table, $2 columns, $3 COPY's options, $4 bucket, $5 key, $6 region.
inline constexpr char kImportFromS3[] = R"sql(
SELECT aws_s3.table_import_from_s3($1, $2, $3, aws_commons.create_s3_uri($4, $5, $6))::text)sql";

// $1 oid. Rows that this transaction has put into the table so far, and whether they are counted.
inline constexpr char kRowsPutIn[] = R"sql(
SELECT pg_stat_get_xact_tuples_inserted($1::oid), current_setting('track_counts')::boolean)sql";

}  // namespace sluice::sql
