#include "table/analyze.h"

#include <fmt/format.h>

namespace sluice {
namespace {

constexpr char kPlainColumns[] = R"sql(
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
  AND atttypid NOT IN ('json'::regtype, 'jsonb'::regtype))sql";

}  // namespace

void AnalyzeTable(pg::Connection& connection, const std::string& table) {
  pg::Result columns = connection.Exec(kPlainColumns, {table});
  if (columns.is_null(0, 0)) return;
  connection.ExecScript(fmt::format("ANALYZE {} ({})", table, columns.text(0, 0)));
}

}  // namespace sluice
