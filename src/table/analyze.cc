#include "table/analyze.h"

#include <fmt/format.h>

namespace sluice {
namespace {

// The name as it stands in SQL: search_path holds nothing but pg_catalog.
constexpr char kPlainColumns[] = R"sql(
SELECT c.oid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid
WHERE c.oid = $1 AND attnum > 0 AND NOT attisdropped
  AND atttypid NOT IN ('json'::regtype, 'jsonb'::regtype)
GROUP BY c.oid)sql";

}  // namespace

void AnalyzeTable(pg::Connection& connection, uint32_t relation) {
  pg::Result found = connection.Exec(kPlainColumns, {std::to_string(relation)});
  if (found.rows() == 0) return;
  connection.ExecScript(fmt::format("ANALYZE {} ({})", found.text(0, 0), found.text(0, 1)));
}

}  // namespace sluice
