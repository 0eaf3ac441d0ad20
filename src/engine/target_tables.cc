#include "engine/target_tables.h"

#include "ledger/settle.h"

namespace sluice {

TargetTable TargetTables::Get(pg::Connection& connection, const std::string& label,
                              const std::string& target) {
  std::lock_guard lock(mutex_);
  if (auto found = tables_.find(label); found != tables_.end()) return found->second;
  TargetTable table = system_.Prepare(connection, label);
  CheckRelation(connection, target, table.relation);
  return tables_.emplace(label, table).first->second;
}

void TargetTables::CheckLoaded(pg::Connection& connection, const std::string& label,
                               const std::string& target) {
  {
    std::lock_guard lock(mutex_);
    if (!checked_.insert(label).second) return;
  }
  if (HasReceipts(connection, target)) Get(connection, label, target);
}

}  // namespace sluice
