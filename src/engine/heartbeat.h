// Keeps this process's leases alive, on a session and in a thread of its own, and notices those
// that were lost.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/stop.h"
#include "engine/database.h"
#include "ledger/job.h"
#include "ledger/queue.h"

namespace sluice {

class Heartbeat {
 public:
  // Starts the thread. `database` must outlive it.
  Heartbeat(const Database& database, WorkerId worker, std::chrono::milliseconds lease);
  ~Heartbeat();  // ends the thread; leases still held run out by themselves
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // Extends the job's lease until Release. The flag becomes true when the lease is lost to another
  // worker.
  std::shared_ptr<const std::atomic<bool>> Hold(const Job& job);
  void Release(const Job& job);
  // Whether leases may run out because the database did not take a heartbeat for long.
  bool late() const;

 private:
  struct Held {
    Lease lease;
    std::shared_ptr<std::atomic<bool>> lost;
  };
  void Run();
  void Beat(pg::Connection& connection);

  const Database& database_;
  const WorkerId worker_;
  const std::chrono::milliseconds lease_;
  std::mutex mutex_;
  std::map<JobId, Held> held_;
  std::atomic<std::chrono::steady_clock::time_point> last_beat_;
  Stop over_;
  std::thread thread_;
};

}  // namespace sluice
