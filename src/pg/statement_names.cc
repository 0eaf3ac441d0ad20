#include "pg/statement_names.h"

#include <cstddef>

namespace sluice::pg {
namespace {

// More different ones than a session of ours sends: statements that are made for one use each must
// not fill the server's memory.
constexpr size_t kStatementsMax = 100;

}  // namespace

StatementNames::Named StatementNames::Of(const std::string& sql) {
  auto known = names_.find(sql);
  if (known == names_.end()) {
    if (names_.size() < kStatementsMax) names_.emplace(sql, "");
    return {"", false};
  }
  bool fresh = known->second.empty();
  if (fresh) known->second = "sluice_" + std::to_string(++last_);
  return {known->second, fresh};
}

void StatementNames::Forget(const std::string& sql) { names_.erase(sql); }

}  // namespace sluice::pg
