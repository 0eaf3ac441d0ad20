// The tables of one import, each prepared once per process.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "engine/system.h"
#include "pg/connection.h"
#include "table/policy.h"

namespace sluice {

class TargetTables {
 public:
  TargetTables(const System& system, const WritePolicy& policy)
      : system_(system), policy_(policy) {}

  // Prepares the label's table when it is first asked for, and checks that its receipts speak of
  // it; plans the merge where the import upserts. REQUIRES: the connection is not in a transaction.
  // Errors: System::Prepare's and CheckRelation's, PlanMerge's, "upsert-unknown" (kNever, kRun).
  TargetTable Get(pg::Connection& connection, const std::string& label, const std::string& target);

  // For a label that is listed, once: if objects are loaded into its table, it must be the same
  // table still, also when nothing is left to load. Errors: as Get.
  void CheckLoaded(pg::Connection& connection, const std::string& label, const std::string& target);

 private:
  const System& system_;
  const WritePolicy& policy_;
  std::mutex mutex_;
  std::map<std::string, TargetTable> tables_;
  std::set<std::string> checked_;  // labels
};

}  // namespace sluice
