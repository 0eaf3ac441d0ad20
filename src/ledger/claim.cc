#include "ledger/claim.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/digest.h"
#include "ledger/ledger_sql.h"
#include "ledger/planning.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

Job ReadJob(const pg::Result& rows, int row) {
  Job job;
  job.id = {rows.int8(row, 0)};
  job.import = {rows.int8(row, 1)};
  job.target = rows.text(row, 2);
  job.label = rows.text(row, 3);
  job.object.ref = {std::string(rows.text(row, 4)), std::string(rows.text(row, 5)),
                    std::string(rows.text(row, 6)), std::string(rows.text(row, 7))};
  job.object.size_bytes = static_cast<uint64_t>(rows.int8(row, 8));
  job.object.last_modified = std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::microseconds(rows.int8(row, 9))));
  job.reload = rows.boolean(row, 10);
  job.attempts = static_cast<int>(rows.int8(row, 11));
  job.crashes = static_cast<int>(rows.int8(row, 12));
  return job;
}

const char* ClaimSql(Order order) {
  switch (order) {
    case Order::kByLastModified:
      return sql::kClaimOldest;
    case Order::kNewest:
      return sql::kClaimNewest;
    case Order::kLastName:
      return sql::kClaimLastName;
    default:
      return sql::kClaimLongest;
  }
}

}  // namespace

std::optional<Job> Claim(pg::Connection& connection, const ClaimOptions& options) {
  std::vector<Job> jobs = ClaimTogether(connection, options, {.jobs_max = 1, .bytes_max = 0});
  if (jobs.empty()) return std::nullopt;
  return std::move(jobs.front());
}

std::vector<Job> ClaimTogether(pg::Connection& connection, const ClaimOptions& options,
                               const Together& together) {
  std::string token = RandomUuid();
  std::vector<pg::Value> only_at(options.only_at.begin(), options.only_at.end());
  pg::Params params = {std::to_string(options.import.value),
                       token,
                       std::to_string(options.lease.count()),
                       std::to_string(options.worker.value),
                       pg::TextArray(only_at),
                       options.backend_start};
  auto read = [&](const pg::Result& rows) {
    std::vector<Job> jobs;
    for (int row = 0; row < rows.rows(); ++row) {
      jobs.push_back(ReadJob(rows, row));
      jobs.back().lease_token = token;
    }
    return jobs;
  };
  if (options.lane.empty()) {
    if (options.order != Order::kByLastModified) {
      params.emplace_back(std::to_string(together.jobs_max));
      params.emplace_back(std::to_string(together.bytes_max));
    }
    return read(ExecPlanned(connection, sql::kFromTheFront, {ClaimSql(options.order), params}));
  }
  pg::Transaction tx(connection);
  pg::Result lane = connection.Exec(sql::kLockLane, {options.lane});
  if (lane.rows() == 0) return {};  // paused
  params.emplace_back(options.lane);
  params.emplace_back(lane.text(0, 0));
  std::vector<Job> jobs = read(connection.Exec(sql::kClaimInLane, params));
  tx.Commit();
  return jobs;
}

}  // namespace sluice
