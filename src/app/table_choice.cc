#include "app/table_choice.h"

#include "base/error.h"
#include "ledger/set_aside_ledger.h"
#include "table/qualified_name.h"

namespace sluice {

std::string TableChoice::Qualified() const {
  bool has_schema = text_.find('.') != std::string::npos;
  return (has_schema ? "" : "public.") + text_;
}

bool TableChoice::Includes(const std::string& table) const {
  if (is_all()) return true;
  return IsSchema() ? table.starts_with(Schema() + ".") : table == Qualified();
}

std::vector<uint32_t> TableChoice::Relations(pg::Connection& connection,
                                             bool with_foreign_keys) const {
  if (is_all()) return FindTables(connection, "", with_foreign_keys);
  std::vector<uint32_t> found;
  if (IsSchema()) {
    found = FindTables(connection, Schema(), with_foreign_keys);
  } else if (std::optional<uint32_t> relation = FindTable(connection, Qualified())) {
    found.push_back(*relation);
  }
  if (!found.empty()) return found;
  throw Fault("no-such-table", "there is no table " + Qualified())
      .With(Scope::kRun)
      .Remedy("name a table that is there, with its schema where that is not public");
}

std::vector<uint32_t> TableChoice::HeldByHand(pg::Connection& connection) const {
  if (is_all()) return TablesHeldBy(connection, kByHand);
  return Relations(connection, false);
}

}  // namespace sluice
