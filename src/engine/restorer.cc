#include "engine/restorer.h"

#include "base/backoff.h"
#include "base/log.h"
#include "engine/limits.h"
#include "table/analyze.h"

namespace sluice {

Restorer::Restorer(const Database& database, SystemMaker make_system, const Stop& stop, Bell* ended)
    : database_(database), make_system_(std::move(make_system)), stop_(stop), ended_(ended) {}

Restorer::~Restorer() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Restorer::Begin(const AsideTable& table, KeepPolicy policy, bool again) {
  std::lock_guard lock(mutex_);
  auto found = tasks_.find(table.relation);
  if (found != tasks_.end() && !(again && found->second.over)) {
    if (again) found->second.then = policy;
    return;
  }
  tasks_[table.relation] = {.table = table, .policy = policy};
  queue_.push_back(table.relation);
  bool room = threads_.size() < static_cast<size_t>(limits::kRestoreTablesMax);
  if (room && idle_ == 0) threads_.emplace_back([this] { Run(); });
  changed_.notify_all();
}

std::vector<std::string> Restorer::at_work() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [relation, task] : tasks_) {
    if (!task.over) names.push_back(task.table.name);
  }
  return names;
}

void Restorer::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    for (const auto& [relation, task] : tasks_) {
      if (!task.over) return false;
    }
    return true;
  });
}

std::set<uint32_t> Restorer::restored() const {
  std::lock_guard lock(mutex_);
  return restored_;
}

std::vector<PartFlaw> Restorer::flaws() const {
  std::lock_guard lock(mutex_);
  std::vector<PartFlaw> all;
  for (const auto& [relation, task] : tasks_) {
    all.insert(all.end(), task.flaws.begin(), task.flaws.end());
  }
  return all;
}

void Restorer::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [&] { return ending_ || !queue_.empty(); });
    --idle_;
    if (ending_) return;
    uint32_t relation = queue_.front();
    queue_.pop_front();
    Task task = tasks_[relation];
    lock.unlock();
    bool whole = Restore(task.table, task.policy, task.flaws);
    lock.lock();
    if (whole) {
      tasks_.erase(relation);
      restored_.insert(relation);
    } else if (std::optional<KeepPolicy> then = tasks_[relation].then) {
      tasks_[relation] = {.table = task.table, .policy = *then};
      queue_.push_back(relation);
    } else {
      task.over = true;
      tasks_[relation] = task;
    }
    changed_.notify_all();
    if (ended_ != nullptr) ended_->Ring();
  }
}

// It stands, with statistics or without.
void Restorer::Analyze(pg::Connection& session, const AsideTable& table) {
  try {
    AnalyzeTable(session, table.relation);
  } catch (const Error& error) {
    Log(LogLevel::kInfo, "without fresh statistics: " + error.message());
  }
}

// True if all stands.
bool Restorer::Restore(const AsideTable& table, KeepPolicy policy,
                       std::vector<PartFlaw>& flaws) const {
  Backoff backoff(limits::kJobBackoffFirst, limits::kJobBackoffCap);
  for (int attempt = 1; !stop_.requested(); ++attempt) {
    try {
      pg::Connection session = database_.ConnectPatiently(Database::Use::kControl);
      flaws = BringBack({database_, make_system_, stop_}, session, table.relation, policy);
      if (!flaws.empty()) return false;
      Analyze(session, table);
      return true;
    } catch (const Error& error) {
      if (stop_.requested()) break;
      Log(LogLevel::kInfo, "restoring " + table.name + ": " + error.message());
      if (attempt == limits::kRestoreAttemptsMax) break;
    } catch (const std::exception& error) {
      Log(LogLevel::kWarning, "restoring " + table.name + ": " + error.what());
      break;
    }
    stop_.SleepFor(backoff.Next());
  }
  return false;
}

}  // namespace sluice
