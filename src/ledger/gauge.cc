#include "ledger/gauge.h"

#include <set>
#include <string>
#include <utility>

#include "ledger/gauge_sql.h"
#include "ledger/set_aside_ledger.h"
#include "ledger/worker_ledger.h"

namespace sluice {

LedgerGauges ReadGauges(pg::Connection& connection) {
  pg::Result row = connection.Exec(sql::kGauges, {std::to_string(kWorkerLiveSeconds)});
  auto count = [&](int column) { return static_cast<uint64_t>(row.int8(0, column)); };
  LedgerGauges gauges;
  gauges.imports_running = count(0);
  gauges.jobs_pending = count(1);
  gauges.bytes_pending = count(2);
  gauges.oldest_pending_seconds = static_cast<double>(count(3)) / 1000;
  gauges.jobs_running = count(4);
  gauges.outbox_pending = count(5);
  gauges.rejects_open = count(6);
  gauges.workers = count(7);
  gauges.lanes_paused = count(8);
  std::set<std::pair<std::string, std::string>> tables;
  for (const SetAsideRow& flawed : ListFlawed(connection)) {
    tables.emplace(flawed.part.schema, flawed.part.table);
  }
  gauges.tables_flawed = tables.size();
  return gauges;
}

DatabasePressure ReadPressure(pg::Connection& connection) {
  pg::Result row = connection.Exec(sql::kDatabasePressure);
  auto number = [&](int column) { return static_cast<uint64_t>(row.int8(0, column)); };
  return {.sessions = number(0),
          .sessions_max = number(1),
          .active = number(2),
          .waiting = number(3),
          .bytes = number(4)};
}

}  // namespace sluice
