#include "ledger/worker_ledger.h"

#include "ledger/ledger_sql.h"

namespace sluice {

WorkerId RegisterWorker(pg::Connection& connection, const WorkerIdentity& identity) {
  pg::Value import;
  if (identity.import) import = std::to_string(identity.import.value);
  return {connection
              .Exec(sql::kRegisterWorker,
                    {identity.host, std::to_string(identity.pid), identity.version,
                     identity.command, import, identity.place, identity.pid_start})
              .int8(0, 0)};
}

void MarkWorkerSeen(pg::Connection& connection, WorkerId id) {
  connection.Exec(sql::kWorkerSeen, {std::to_string(id.value)});
}

void MarkWorkerEnded(pg::Connection& connection, WorkerId id) {
  connection.Exec(sql::kWorkerEnded, {std::to_string(id.value)});
}

std::vector<LeaseHolder> LeaseHolders(pg::Connection& connection, const std::string& place) {
  pg::Result rows = connection.Exec(sql::kLeaseHolders, {place});
  std::vector<LeaseHolder> holders;
  for (int row = 0; row < rows.rows(); ++row) {
    holders.push_back(
        {{rows.int8(row, 0)}, static_cast<int>(rows.int8(row, 1)), std::string(rows.text(row, 2))});
  }
  return holders;
}

void EndLeases(pg::Connection& connection, WorkerId id) {
  connection.Exec(sql::kEndLeases, {std::to_string(id.value)});
  connection.Exec(sql::kEndOutboxLeases, {std::to_string(id.value)});
}

std::vector<WorkerRow> LiveWorkers(pg::Connection& connection) {
  pg::Result rows = connection.Exec(sql::kWorkers, {std::to_string(kWorkerLiveSeconds)});
  std::vector<WorkerRow> workers;
  for (int row = 0; row < rows.rows(); ++row) {
    WorkerRow worker;
    worker.id = {rows.int8(row, 0)};
    worker.host = rows.text(row, 1);
    worker.pid = static_cast<int>(rows.int8(row, 2));
    worker.command = rows.text(row, 3);
    if (!rows.is_null(row, 4)) worker.import = {rows.int8(row, 4)};
    worker.seen_at = rows.text(row, 5);
    workers.push_back(worker);
  }
  return workers;
}

}  // namespace sluice
