#include "ledger/schema.h"

namespace sluice {

extern const char kLedgerSql[];
extern const char kSetAsideSql[];

std::span<const pg::Migration> LedgerMigrations() {
  static const pg::Migration kMigrations[] = {{1, "ledger", kLedgerSql},
                                              {2, "set_aside", kSetAsideSql}};
  return kMigrations;
}

}  // namespace sluice
