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

}  // namespace sluice::sql
