#include "engine/rescuer.h"

#include "engine/limits.h"
#include "engine/process.h"
#include "ledger/queue.h"
#include "ledger/worker_ledger.h"

namespace sluice {

int RescueVanished(pg::Connection& connection) {
  for (const LeaseHolder& holder : LeaseHolders(connection, ProcessPlace())) {
    if (ProcessStart(holder.pid) == holder.pid_start) continue;
    EndLeases(connection, holder.id);
    MarkWorkerEnded(connection, holder.id);
  }
  return RescueExpired(connection, {.crashes_max = limits::kCrashesMax,
                                    .pause = limits::kRescuePause,
                                    .end_wait = limits::kBackendEndWait});
}

}  // namespace sluice
