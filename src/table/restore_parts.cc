#include "table/restore_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include "base/crash_point.h"

namespace sluice {
namespace {

using pg::PartKind;
using pg::TablePart;
using State = PartOutcome::State;

class Restorer {
 public:
  Restorer(pg::Connection& session, const std::function<pg::Connection()>& connect,
           PartKeeper& keeper, const RestoreOptions& options, const Stop& stop)
      : session_(session), connect_(connect), keeper_(keeper), options_(options), stop_(stop) {}

  std::vector<PartOutcome> Run(std::span<const TablePart> parts);

 private:
  void Prepare(pg::Connection& session) const;
  void BuildAll(std::vector<PartOutcome*> queue);
  void BuildFromQueue(pg::Connection& session, const std::vector<PartOutcome*>& queue);
  void KeepingFaults(const std::function<void()>& build) noexcept;
  void Build(pg::Connection& connection, PartOutcome& outcome);
  void Finish(pg::Connection& connection, PartOutcome& outcome);
  void RestoreForeignKey(pg::Connection& connection, PartOutcome& outcome);
  void Attempt(pg::Connection& connection, PartOutcome& outcome,
               const std::function<void()>& action);
  void Patiently(pg::Connection& connection, const std::function<void()>& action);
  void KeepFault(const Error& error);

  pg::Connection& session_;
  const std::function<pg::Connection()>& connect_;
  PartKeeper& keeper_;
  const RestoreOptions& options_;
  const Stop& stop_;
  const Deadline deadline_ = Deadline::After(options_.patience.total);  // for locks
  std::mutex mutex_;
  size_t next_ = 0;             // guarded by mutex_: in the queue of BuildAll
  std::optional<Error> fault_;  // guarded by mutex_: the first that ends the whole restore
};

void Restorer::Prepare(pg::Connection& session) const {
  session.set_silence_max(options_.build_time_max);
  session.Exec("SELECT set_config('maintenance_work_mem', $1, false)",
               {fmt::format("{}kB", options_.maintenance_work_mem_bytes / kKiB)});
}

void Restorer::Patiently(pg::Connection& connection, const std::function<void()>& action) {
  WithPatience(connection, options_.patience, deadline_, stop_, "", action);
}

void Restorer::KeepFault(const Error& error) {
  std::lock_guard lock(mutex_);
  if (!fault_) fault_ = error;
}

// A refusal is the part's outcome; a passing fault ends the whole restore.
void Restorer::Attempt(pg::Connection& connection, PartOutcome& outcome,
                       const std::function<void()>& action) {
  for (bool again : {true, false}) {
    try {
      return action();
    } catch (const Error& error) {
      if (error.retry() != Retry::kNever || connection.lost()) throw;
      outcome.error = error;
    }
    const std::string& code = outcome.error->code();
    if (code == "23505") {
      outcome.duplicates = FindDuplicates(connection, outcome.part, options_.txid_column,
                                          options_.duplicate_rows_max);
    }
    bool shared_key = !outcome.duplicates.rows.empty();
    outcome.state = shared_key ? State::kDuplicates : State::kFailed;
    // Somebody else may have made the very thing meanwhile: looked at again, it stands. Two who
    // create one name at one moment meet in the catalogs' own unique indexes, hence 23505 without
    // duplicates.
    bool raced =
        code.starts_with("42") || code.starts_with("55") || (code == "23505" && !shared_key);
    if (!again || !raced) break;
    outcome.error.reset();
  }
  keeper_.Failed(connection, outcome.part, *outcome.error);
}

void Restorer::Build(pg::Connection& connection, PartOutcome& outcome) {
  const TablePart& part = outcome.part;
  keeper_.Started(connection, part);
  // An exclusion constraint's index comes with the constraint only.
  if (part.kind == PartKind::kExclusion || ConstraintStands(connection, part)) return;
  Attempt(connection, outcome,
          [&] { Patiently(connection, [&] { BuildIndex(connection, part); }); });
  CrashPoint("index-built");
}

void Restorer::BuildFromQueue(pg::Connection& session, const std::vector<PartOutcome*>& queue) {
  for (;;) {
    PartOutcome* outcome = nullptr;
    {
      std::lock_guard lock(mutex_);
      if (next_ == queue.size() || fault_) return;
      outcome = queue[next_++];
    }
    Build(session, *outcome);
  }
}

void Restorer::KeepingFaults(const std::function<void()>& build) noexcept {
  try {
    build();
  } catch (const Error& error) {
    KeepFault(error);
  } catch (const std::exception& fault) {
    KeepFault(Fault("internal", fault.what()).With(Scope::kRun));
  }
}

void Restorer::BuildAll(std::vector<PartOutcome*> queue) {
  // The keys first: whether rows are missing or double is known soonest.
  std::ranges::stable_sort(queue, std::greater<>(),
                           [](const PartOutcome* outcome) { return !outcome->part.keys.empty(); });
  size_t sessions = std::min(queue.size(), static_cast<size_t>(options_.connections_max));
  {
    std::vector<std::jthread> threads;
    auto build_beside = [&] {
      pg::Connection session = connect_();
      Prepare(session);
      BuildFromQueue(session, queue);
    };
    for (size_t i = 1; i < sessions; ++i) {
      threads.emplace_back([&] { KeepingFaults(build_beside); });
    }
    KeepingFaults([&] { BuildFromQueue(session_, queue); });
  }
  if (fault_) throw *fault_;
}

void Restorer::Finish(pg::Connection& connection, PartOutcome& outcome) {
  if (outcome.error) return;
  Attempt(connection, outcome, [&] {
    Patiently(connection, [&] {
      FinishIndex(connection, outcome.part);
      keeper_.Standing(connection, outcome.part, nullptr);
    });
    outcome.state = State::kStanding;
  });
  CrashPoint("index-standing");
}

void Restorer::RestoreForeignKey(pg::Connection& connection, PartOutcome& outcome) {
  const TablePart& part = outcome.part;
  keeper_.Started(connection, part);
  Attempt(connection, outcome, [&] {
    Patiently(connection, [&] { AddForeignKey(connection, part); });
    CrashPoint("foreign-key-added");
    try {
      Patiently(connection, [&] {
        ValidateForeignKey(connection, part);
        keeper_.Standing(connection, part, nullptr);
      });
      outcome.state = State::kStanding;
    } catch (const Error& error) {
      if (error.code() != "23503") throw;
      outcome.violations = FindViolations(connection, part);
      outcome.error =
          Fault("foreign-key-violated",
                fmt::format("{} rows of {}.{} break the foreign key {}: it stands for new rows, "
                            "NOT VALID",
                            outcome.violations.rows, part.schema, part.table, part.name))
              .Remedy("correct the rows, then ALTER TABLE ... VALIDATE CONSTRAINT");
      outcome.state = State::kNotValid;
      Patiently(connection, [&] { keeper_.Standing(connection, part, &*outcome.error); });
    }
  });
}

std::vector<PartOutcome> Restorer::Run(std::span<const TablePart> parts) {
  std::vector<PartOutcome> outcomes;
  for (const TablePart& part : parts) {
    outcomes.emplace_back();
    outcomes.back().part = part;
  }
  std::vector<PartOutcome*> indexes, foreign_keys;
  for (PartOutcome& outcome : outcomes) {
    (outcome.part.has_index() ? indexes : foreign_keys).push_back(&outcome);
  }
  Prepare(session_);
  BuildAll(indexes);
  for (PartOutcome* outcome : indexes) Finish(session_, *outcome);
  for (PartOutcome* outcome : foreign_keys) RestoreForeignKey(session_, *outcome);
  return outcomes;
}

}  // namespace

std::vector<PartOutcome> RestoreParts(pg::Connection& session,
                                      const std::function<pg::Connection()>& connect,
                                      std::span<const TablePart> parts, PartKeeper& keeper,
                                      const RestoreOptions& options, const Stop& stop) {
  return Restorer(session, connect, keeper, options, stop).Run(parts);
}

}  // namespace sluice
