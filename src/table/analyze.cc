#include "table/analyze.h"

#include <fmt/format.h>

namespace sluice {
namespace {

// The name as it stands in SQL: search_path holds nothing but pg_catalog.
constexpr char kPlan[] = R"sql(
SELECT c.oid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum),
  reltuples <= 0 AND relkind = 'r'
    AND current_setting('autovacuum')::bool AND current_setting('track_counts')::bool
    AND NOT EXISTS (SELECT FROM pg_options_to_table(reloptions)
                    WHERE option_name = 'autovacuum_enabled' AND NOT option_value::bool)
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid
WHERE c.oid = $1 AND attnum > 0 AND NOT attisdropped
  AND atttypid NOT IN ('json'::regtype, 'jsonb'::regtype)
GROUP BY c.oid)sql";

// For default_statistics_target: 3,000 rows, a tenth of what is sampled otherwise. It is the second
// of the stages of vacuumdb --analyze-in-stages.
constexpr int kRoughTarget = 10;

}  // namespace

void AnalyzeTable(pg::Connection& connection, uint32_t relation) {
  pg::Result plan = connection.Exec(kPlan, {std::to_string(relation)});
  if (plan.rows() == 0) return;
  bool rough = plan.text(0, 2) == "t";
  // With columns named, ANALYZE leaves the count of changes by which autovacuum goes.
  std::string analyze = fmt::format("ANALYZE {} ({})", plan.text(0, 0), plan.text(0, 1));
  connection.ExecScript(
      rough ? fmt::format("SET LOCAL default_statistics_target = {}; {}", kRoughTarget, analyze)
            : analyze);
}

}  // namespace sluice
