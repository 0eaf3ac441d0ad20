// Bad records that wait in the ledger: looking at them, and settling those that are loaded after
// all (open -> replayed).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/job.h"
#include "ledger/settle.h"
#include "pg/connection.h"
#include "row/reject.h"

namespace sluice {

struct OpenReject {
  int64_t id = 0;
  JobId job;
  ObjectRef object;
  Reject reject;
};

// After `after`, in the order of their ids. Reading them needs the right to read sluice.reject,
// which no role has by default: they hold what the records hold.
std::vector<OpenReject> ListOpenRejects(pg::Connection& connection, ImportId import,
                                        const std::optional<std::string>& bucket,
                                        const std::optional<std::string>& key, int64_t after,
                                        int limit);

struct RejectPlace {
  int64_t id = 0;
  JobId job;
  Position position;
  bool open = false;
  std::string label, target;  // of its object
};
// Of those of `rejects` that are this import's.
std::vector<RejectPlace> FindRejects(pg::Connection& connection, ImportId import,
                                     const std::vector<int64_t>& rejects);

// An object that is loaded, locked until the end of the transaction.
struct LoadedObject {
  Job job;  // without a lease
  Receipt receipt;
};
// Nothing if the job's object is not loaded (any more).
std::optional<LoadedObject> LockLoadedObject(pg::Connection& connection, JobId job);

// In the transaction of their rows: the rejects are replayed, and the counts follow. Errors
// (kLater, kObject): "reject-gone" when one of them is not open any more; nothing may be committed.
void SettleReplayed(pg::Connection& connection, const LoadedObject& object,
                    const std::vector<int64_t>& rejects, uint64_t loaded, uint64_t skipped);

}  // namespace sluice
