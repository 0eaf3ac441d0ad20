#include "engine/system.h"

#include "table/append_writer.h"
#include "table/merge_writer.h"
#include "table/quarantine_writer.h"

namespace sluice {

std::unique_ptr<Writer> System::OpenWriter(const WriterContext& context) const {
  const TargetTable& table = context.table;
  if (table.merge_plan) {
    return std::make_unique<MergeWriter>(context.connection, *table.merge_plan);
  }
  if (context.options.policy.on_reject == RejectPolicy::kQuarantine) {
    return std::make_unique<QuarantineWriter>(context.connection, table.copy_sql,
                                              table.copy_format);
  }
  return std::make_unique<AppendWriter>(context.connection, table.copy_sql, table.copy_format);
}

}  // namespace sluice
