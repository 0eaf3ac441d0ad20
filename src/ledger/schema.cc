#include "ledger/schema.h"

namespace sluice {

extern const char kLedgerSql[];
extern const char kSetAsideSql[];
extern const char kHoldTargetSql[];
extern const char kThrottleUnitSql[];
extern const char kAccessSql[];
extern const char kNoticesSql[];
extern const char kGenerationSql[];
extern const char kPressureSql[];
extern const char kSpoolSql[];
extern const char kPlaceSql[];
extern const char kCallSql[];
extern const char kReferencesSql[];

std::span<const pg::Migration> LedgerMigrations() {
  static const pg::Migration kMigrations[] = {{1, "ledger", kLedgerSql},
                                              {2, "set_aside", kSetAsideSql},
                                              {3, "hold_target", kHoldTargetSql},
                                              {4, "throttle_unit", kThrottleUnitSql},
                                              {5, "access", kAccessSql},
                                              {6, "notices", kNoticesSql},
                                              {7, "generation", kGenerationSql},
                                              {8, "pressure", kPressureSql},
                                              {9, "spool", kSpoolSql},
                                              {10, "place", kPlaceSql},
                                              {11, "call", kCallSql},
                                              {12, "references", kReferencesSql}};
  return kMigrations;
}

}  // namespace sluice
