// The queue: jobs put in by the lister, claimed under leases, extended by heartbeats, rescued from
// vanished workers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/job.h"
#include "pg/connection.h"

namespace sluice {

// What to do with an object whose etag differs from the one loaded. kKeep: whatever its etag, an
// object that had its turn, or has it still to come, stays as it is (Aidbox's way).
enum class ChangedPolicy { kError, kSkip, kReload, kKeep };
std::string_view ToString(ChangedPolicy policy);

// The last two are those of a watch, in turn.
enum class Order { kOptimal, kByLastModified, kNewest, kLastName };
std::string_view ToString(Order order);

struct Enqueued {
  uint64_t to_load = 0;  // jobs that wait now and did not before
  uint64_t seen = 0;
  uint64_t changed = 0;  // under kKeep: those that stay as they are in spite of another etag
};

// Puts one page of the listing into the queue; what each object's fate is, ledger_sql.h says at
// kEnqueue. `lane` empty: none.
Enqueued Enqueue(pg::Connection& connection, ImportId import, std::span<const NewJob> page,
                 ChangedPolicy changed, const std::string& lane);

enum class Foreseen { kLoad, kAlreadyLoaded, kChanged, kDead };
// What enqueueing this page would come to, in its order. `import` 0: not begun yet.
std::vector<Foreseen> Foresee(pg::Connection& connection, ImportId import,
                              std::span<const NewJob> page);

struct ClaimOptions {
  ImportId import;
  WorkerId worker;
  Order order = Order::kOptimal;
  std::string lane;                  // empty: none
  std::vector<std::string> only_at;  // this process: "host:NAME", "worker:ID"
  std::string backend_start;         // BackendStart() of this session
  std::chrono::milliseconds lease;
};

// The next job, now leased to this session, or nothing if none may be claimed now.
std::optional<Job> Claim(pg::Connection& connection, const ClaimOptions& options);
// When this session's backend started: with its pid it names the session for good.
std::string BackendStart(pg::Connection& connection);
// Ends another session of this role and waits until it is gone; true if it is.
bool EndSession(pg::Connection& connection, int64_t backend_pid, const std::string& backend_start,
                std::chrono::milliseconds wait);
// After a reconnect in mid-job: the lease goes on in this session. False if it is lost.
bool MoveLease(pg::Connection& connection, const Job& job, const std::string& backend_start);

struct Lease {
  JobId job;
  std::string token;
};
// Extends the leases that are still ours; returns their jobs.
std::vector<JobId> Extend(pg::Connection& connection, std::span<const Lease> leases,
                          std::chrono::milliseconds lease);

// Ends the leases of the worker's jobs that are not among those it works at.
void EndForgottenLeases(pg::Connection& connection, WorkerId worker, std::span<const Lease> held);

struct RescuePolicy {
  int crashes_max;                     // then the job is dead
  std::chrono::milliseconds pause;     // before it is tried again
  std::chrono::milliseconds end_wait;  // for the old session to be gone
};
// Takes expired leases away: ends the session that may still load, then makes the job pending, or
// dead after too many crashes. A job whose session would not end stays for the next round. Returns
// how many were rescued.
int RescueExpired(pg::Connection& connection, const RescuePolicy& policy);

// Whether the import has no other object for the job's target, and will not find one any more.
bool IsOnlyJob(pg::Connection& connection, const Job& job);

struct Turn {
  std::chrono::milliseconds wait{0};  // until a pending job may be claimed
  uint64_t pending = 0;
  uint64_t elsewhere = 0;  // pending jobs that only another process can load
};
// When the next claim may succeed; nothing if no job is pending.
std::optional<Turn> NextTurn(pg::Connection& connection, ImportId import,
                             const std::vector<std::string>& only_at);

}  // namespace sluice
