// The tables of one import, each prepared once per process.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "engine/system.h"
#include "pg/connection.h"

namespace sluice {

class TargetTables {
 public:
  explicit TargetTables(const System& system) : system_(system) {}

  // Prepares the label's table when it is first asked for, and checks that its receipts speak of
  // it. REQUIRES: the connection is not in a transaction. Errors: System::Prepare's and
  // CheckRelation's.
  TargetTable Get(pg::Connection& connection, const std::string& label, const std::string& target);

  // For a label that is listed, once: if objects are loaded into its table, it must be the same
  // table still, also when nothing is left to load. Errors: as Get.
  void CheckLoaded(pg::Connection& connection, const std::string& label, const std::string& target);

 private:
  const System& system_;
  std::mutex mutex_;
  std::map<std::string, TargetTable> tables_;
  std::set<std::string> checked_;  // labels
};

}  // namespace sluice
