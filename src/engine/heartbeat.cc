#include "engine/heartbeat.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "ledger/worker_ledger.h"

namespace sluice {

using std::chrono::steady_clock;

Heartbeat::Heartbeat(const Database& database, WorkerId worker, std::chrono::milliseconds lease)
    : database_(database),
      worker_(worker),
      lease_(lease),
      last_beat_(steady_clock::now()),
      thread_([this] { Run(); }) {}

Heartbeat::~Heartbeat() {
  over_.Request();
  thread_.join();
}

std::shared_ptr<const std::atomic<bool>> Heartbeat::Hold(const Job& job) {
  auto lost = std::make_shared<std::atomic<bool>>(false);
  std::lock_guard lock(mutex_);
  held_[job.id] = {{job.id, job.lease_token}, lost};
  return lost;
}

void Heartbeat::Release(const Job& job) {
  std::lock_guard lock(mutex_);
  held_.erase(job.id);
}

// Three beats in a row that did not come.
bool Heartbeat::late() const { return steady_clock::now() - last_beat_.load() > lease_ * 3 / 4; }

void Heartbeat::Beat(pg::Connection& connection) {
  MarkWorkerSeen(connection, worker_);
  std::vector<Lease> leases;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, held] : held_) leases.push_back(held.lease);
  }
  EndForgottenLeases(connection, worker_, leases);
  std::vector<JobId> kept = Extend(connection, leases, lease_);
  std::lock_guard lock(mutex_);
  for (const Lease& lease : leases) {
    auto held = held_.find(lease.job);
    bool still_held = held != held_.end() && held->second.lease.token == lease.token;
    if (still_held && std::find(kept.begin(), kept.end(), lease.job) == kept.end()) {
      *held->second.lost = true;
    }
  }
}

void Heartbeat::Run() {
  std::optional<pg::Connection> connection;
  do {
    try {
      if (!connection || connection->lost()) {
        connection.reset();
        connection.emplace(database_.Connect(Database::Use::kLoad));
      }
      Beat(*connection);
      last_beat_ = steady_clock::now();
    } catch (const Error& error) {
      // The loads notice a lost database themselves; a late heartbeat costs at most a lease.
      Log(LogLevel::kDebug, "heartbeat: " + error.message());
      connection.reset();
    }
  } while (!over_.SleepFor(lease_ / 4));
}

}  // namespace sluice
