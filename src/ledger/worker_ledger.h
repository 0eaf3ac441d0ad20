// Workers: the processes that load, each with a row that says it is alive.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "pg/connection.h"

namespace sluice {

// A worker not seen for this long counts as gone (only for display: leases decide who may load).
inline constexpr int kWorkerLiveSeconds = 30;

struct WorkerIdentity {
  std::string host;
  int pid = 0;
  std::string place;      // boot and pid namespace
  std::string pid_start;  // the process's start, as /proc has it
  std::string version;
  std::string command;
  ImportId import;  // 0: any
};

struct WorkerRow {
  WorkerId id;
  std::string host;
  int pid = 0;
  std::string command;
  ImportId import;
  std::string seen_at;
};

WorkerId RegisterWorker(pg::Connection& connection, const WorkerIdentity& identity);
void MarkWorkerSeen(pg::Connection& connection, WorkerId id);
void MarkWorkerEnded(pg::Connection& connection, WorkerId id);

struct LeaseHolder {
  WorkerId id;
  int pid = 0;
  std::string pid_start;
};
// Workers of one place that count as alive or hold leases, and how to end the leases of one whose
// process is gone.
std::vector<LeaseHolder> LeaseHolders(pg::Connection& connection, const std::string& place);
void EndLeases(pg::Connection& connection, WorkerId id);

std::vector<WorkerRow> LiveWorkers(pg::Connection& connection);

}  // namespace sluice
