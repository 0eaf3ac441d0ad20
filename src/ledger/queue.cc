#include "ledger/queue.h"

#include <fmt/format.h>

#include <functional>

#include "ledger/ledger_sql.h"
#include "ledger/outbox_sql.h"
#include "ledger/planning.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

std::string Text(int64_t number) { return std::to_string(number); }

std::string Column(std::span<const NewJob> page,
                   const std::function<std::string(const NewJob&)>& field) {
  std::vector<pg::Value> values;
  values.reserve(page.size());
  for (const NewJob& job : page) values.emplace_back(field(job));
  return pg::TextArray(values);
}

std::string NullableColumn(std::span<const NewJob> page) {
  std::vector<pg::Value> values;
  for (const NewJob& job : page) {
    values.push_back(job.only_at.empty() ? pg::Value() : pg::Value(job.only_at));
  }
  return pg::TextArray(values);
}

int64_t MicrosSince1970(std::chrono::system_clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

}  // namespace

std::string_view ToString(ChangedPolicy policy) {
  switch (policy) {
    case ChangedPolicy::kError:
      return "error";
    case ChangedPolicy::kSkip:
      return "skip";
    case ChangedPolicy::kReload:
      return "reload";
    case ChangedPolicy::kKeep:
      return "keep";
  }
  return "?";
}

std::string_view ToString(Order order) {
  return order == Order::kOptimal ? "optimal" : "by-last-modified";
}

Enqueued Enqueue(pg::Connection& connection, ImportId import, std::span<const NewJob> page,
                 ChangedPolicy changed, const std::string& lane) {
  if (page.empty()) return {};
  std::vector<int64_t> sizes;
  std::vector<int64_t> modified;
  for (const NewJob& job : page) {
    sizes.push_back(static_cast<int64_t>(job.object.size_bytes));
    modified.push_back(MicrosSince1970(job.object.last_modified));
  }
  if (!lane.empty()) connection.Exec(sql::kMakeLane, {lane});
  pg::Result counts =
      ExecPlanned(connection, sql::kByIndex,
                  {sql::kEnqueue,
                   {Text(import.value), std::string(ToString(changed)),
                    lane.empty() ? pg::Value() : pg::Value(lane),
                    Column(page, [](const NewJob& job) { return job.target; }),
                    Column(page, [](const NewJob& job) { return job.label; }),
                    Column(page, [](const NewJob& job) { return job.object.ref.store; }),
                    Column(page, [](const NewJob& job) { return job.object.ref.bucket; }),
                    Column(page, [](const NewJob& job) { return job.object.ref.key; }),
                    Column(page, [](const NewJob& job) { return job.object.ref.etag; }),
                    pg::Int8Array(sizes), pg::Int8Array(modified), NullableColumn(page)}});
  return {static_cast<uint64_t>(counts.int8(0, 0)), static_cast<uint64_t>(counts.int8(0, 1)),
          static_cast<uint64_t>(counts.int8(0, 2))};
}

std::vector<Foreseen> Foresee(pg::Connection& connection, ImportId import,
                              std::span<const NewJob> page) {
  if (page.empty()) return {};
  pg::Result rows =
      ExecPlanned(connection, sql::kByIndex,
                  {sql::kForesee,
                   {Text(import.value), Column(page, [](const NewJob& job) { return job.target; }),
                    Column(page, [](const NewJob& job) { return job.object.ref.store; }),
                    Column(page, [](const NewJob& job) { return job.object.ref.bucket; }),
                    Column(page, [](const NewJob& job) { return job.object.ref.key; }),
                    Column(page, [](const NewJob& job) { return job.object.ref.etag; })}});
  std::vector<Foreseen> fates;
  for (int row = 0; row < rows.rows(); ++row) {
    std::string_view fate = rows.text(row, 0);
    fates.push_back(fate == "load"             ? Foreseen::kLoad
                    : fate == "already-loaded" ? Foreseen::kAlreadyLoaded
                    : fate == "changed"        ? Foreseen::kChanged
                                               : Foreseen::kDead);
  }
  return fates;
}

std::string BackendStart(pg::Connection& connection) {
  return std::string(connection.Exec(sql::kBackendStart).text(0, 0));
}

bool EndSession(pg::Connection& connection, int64_t backend_pid, const std::string& backend_start,
                std::chrono::milliseconds wait) {
  return connection.Exec(sql::kEndBackend, {Text(backend_pid), backend_start, Text(wait.count())})
      .boolean(0, 0);
}

bool MoveLease(pg::Connection& connection, const Job& job, const std::string& backend_start) {
  return connection.Exec(sql::kMoveLease, {Text(job.id.value), job.lease_token, backend_start})
             .rows_changed() == 1;
}

std::vector<JobId> Extend(pg::Connection& connection, std::span<const Lease> leases,
                          std::chrono::milliseconds lease) {
  if (leases.empty()) return {};
  std::vector<int64_t> ids;
  std::vector<pg::Value> tokens;
  for (const Lease& held : leases) {
    ids.push_back(held.job.value);
    tokens.emplace_back(held.token);
  }
  pg::Result rows = connection.Exec(
      sql::kExtend, {pg::Int8Array(ids), pg::TextArray(tokens), Text(lease.count())});
  std::vector<JobId> kept;
  for (int row = 0; row < rows.rows(); ++row) kept.push_back({rows.int8(row, 0)});
  return kept;
}

void EndForgottenLeases(pg::Connection& connection, WorkerId worker, std::span<const Lease> held) {
  std::vector<int64_t> ids;
  for (const Lease& lease : held) ids.push_back(lease.job.value);
  connection.Exec(sql::kEndForgottenLeases, {Text(worker.value), pg::Int8Array(ids)});
}

int RescueExpired(pg::Connection& connection, const RescuePolicy& policy) {
  connection.Exec(sql::kEndExpiredSessions, {Text(policy.end_wait.count())});
  pg::Transaction tx(connection);
  pg::Result expired = connection.Exec(sql::kExpired);
  int rescued = 0;
  for (int row = 0; row < expired.rows(); ++row) {
    std::string id(expired.text(row, 0));
    bool may_load = !expired.is_null(row, 1);
    if (may_load && !EndSession(connection, expired.int8(row, 1), std::string(expired.text(row, 2)),
                                policy.end_wait)) {
      continue;
    }
    int64_t crashes = expired.int8(row, 3) + 1;
    if (crashes >= policy.crashes_max) {
      connection.Exec(sql::kGiveUpOnCrashes,
                      {id, fmt::format("{} workers vanished while loading this object", crashes),
                       "look into the workers' logs for a crash or an out-of-memory kill, then "
                       "run sluice retry"});
      connection.Exec(sql::kPostFollowing, {id, "dead", pg::Value()});
    } else {
      connection.Exec(sql::kRescue, {id, Text(policy.pause.count())});
    }
    ++rescued;
  }
  tx.Commit();
  return rescued;
}

std::optional<Turn> NextTurn(pg::Connection& connection, ImportId import,
                             const std::vector<std::string>& only_at) {
  std::vector<pg::Value> here(only_at.begin(), only_at.end());
  pg::Result row = connection.Exec(sql::kNextTurn, {Text(import.value), pg::TextArray(here)});
  if (row.rows() == 0 || row.is_null(0, 0)) return std::nullopt;
  return Turn{std::chrono::milliseconds(row.int8(0, 0)), static_cast<uint64_t>(row.int8(0, 2)),
              static_cast<uint64_t>(row.int8(0, 1))};
}

bool IsOnlyJob(pg::Connection& connection, const Job& job) {
  return connection
      .Exec(sql::kIsOnlyJob,
            {std::to_string(job.import.value), job.target, std::to_string(job.id.value)})
      .boolean(0, 0);
}

}  // namespace sluice
