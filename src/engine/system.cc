#include "engine/system.h"

#include <cstdlib>

#include "base/check.h"
#include "ledger/queue.h"
#include "table/append_writer.h"
#include "table/merge_writer.h"
#include "table/quarantine_writer.h"
#include "table/truncate_empty.h"

namespace sluice {

ChangedPolicy ChangedFor(const System& system, const LoadOptions& options) {
  bool add = system.versions_add_up() && options.changed == ChangedPolicy::kError;
  return add ? ChangedPolicy::kReload : options.changed;
}

WriteCounts System::ReadInServer(const WriterContext&) const {
  CHECK(false && "only a system whose server reads is asked");
  std::abort();
}

std::unique_ptr<Writer> System::OpenWriter(const WriterContext& context) const {
  const TargetTable& table = context.table;
  if (table.merge_plan) {
    return std::make_unique<MergeWriter>(context.connection, *table.merge_plan);
  }
  if (context.options.policy.on_reject == RejectPolicy::kQuarantine) {
    return std::make_unique<QuarantineWriter>(context.connection, table.copy_sql,
                                              table.copy_format);
  }
  bool freeze = !table.freeze_copy_sql.empty() && IsOnlyJob(context.connection, context.job) &&
                TruncateEmpty(context.connection, table.name);
  return std::make_unique<AppendWriter>(
      context.connection, freeze ? table.freeze_copy_sql : table.copy_sql, table.copy_format);
}

}  // namespace sluice
