#include "engine/target_tables.h"

#include "base/error.h"
#include "engine/limits.h"
#include "ledger/settle.h"

namespace sluice {
namespace {

// One more than is allowed, so that it is seen.
uint64_t IsolateMax(const RejectsMax& max) {
  return max.percent ? limits::kIsolatedOfMergeMax : max.count + 1;
}

std::shared_ptr<const MergePlan> Plan(pg::Connection& connection, MergeTarget target,
                                      const WritePolicy& policy) {
  if (target.key.empty()) {
    throw Fault("upsert-unknown", "this system does not know by which key to merge")
        .With(Scope::kRun)
        .Remedy("load without --upsert");
  }
  bool quarantine = policy.on_reject == RejectPolicy::kQuarantine;
  if (!policy.history) target.history_table.clear();
  return std::make_shared<MergePlan>(
      PlanMerge(connection, target,
                {.conflict = policy.conflict,
                 .on_duplicate = policy.on_duplicate,
                 .isolate_max = quarantine ? IsolateMax(policy.rejects_max) : 0}));
}

}  // namespace

TargetTable TargetTables::Get(pg::Connection& connection, const std::string& label,
                              const std::string& target) {
  std::lock_guard lock(mutex_);
  if (auto found = tables_.find(label); found != tables_.end()) return found->second;
  TargetTable table = system_.Prepare(connection, label);
  CheckRelation(connection, target, table.relation);
  if (policy_.upsert) table.merge_plan = Plan(connection, table.merge, policy_);
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
