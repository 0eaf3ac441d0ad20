#include "ledger/inspect.h"

#include "ledger/call_sql.h"
#include "ledger/ledger_sql.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

pg::Params NameParams(const ObjectName& name) {
  return {pg::OrNull(name.store), pg::OrNull(name.bucket), name.key};
}

JobRow ReadJobRow(const pg::Result& rows, int row) {
  JobRow job;
  int column = 0;
  auto text = [&] { return std::string(rows.text(row, column++)); };
  auto number = [&] { return static_cast<uint64_t>(rows.int8(row, column++)); };
  job.id = {rows.int8(row, column++)};
  job.import = {rows.int8(row, column++)};
  job.label = text();
  job.target = text();
  job.object = {text(), text(), text(), text()};
  job.size_bytes = number();
  job.state = ParseJobState(text());
  job.reason = text();
  job.attempts = static_cast<int>(number());
  job.crashes = static_cast<int>(number());
  job.records = {number(), number(), number(), number()};
  for (std::string* field :
       {&job.error_origin, &job.error_code, &job.error_message, &job.error_remedy, &job.error_line,
        &job.error_byte, &job.started_at, &job.finished_at, &job.not_before, &job.only_at}) {
    *field = text();
  }
  return job;
}

std::vector<JobRow> ReadJobRows(const pg::Result& rows) {
  std::vector<JobRow> jobs;
  for (int row = 0; row < rows.rows(); ++row) jobs.push_back(ReadJobRow(rows, row));
  return jobs;
}

// $1 import, $2 state, $3 code, $4 label, $5 part of the key: as SLUICE_JOB_MATCHES has them.
pg::Params FilterParams(ImportId import, const JobFilter& filter) {
  pg::Value state;
  if (filter.state) state = std::string(ToString(*filter.state));
  return {std::to_string(import.value), state, pg::OrNull(filter.error_code),
          pg::OrNull(filter.label), pg::OrNull(filter.key_part)};
}

// Forgets by `sql` and lets the jobs of what was forgotten wait again, in one transaction.
uint64_t Forget(pg::Connection& connection, const char* sql, const pg::Params& params) {
  pg::Transaction tx(connection);
  uint64_t forgotten = connection.Exec(sql, params).rows_changed();
  connection.Exec(sql::kRequeueForgotten);
  tx.Commit();
  return forgotten;
}

}  // namespace

std::vector<JobRow> ListJobs(pg::Connection& connection, ImportId import,
                             std::optional<JobState> state, JobId after, int limit) {
  pg::Value wanted;
  if (state) wanted = std::string(ToString(*state));
  return ReadJobRows(connection.Exec(
      sql::kJobs,
      {std::to_string(import.value), wanted, std::to_string(after.value), std::to_string(limit)}));
}

std::vector<JobRow> FindJobs(pg::Connection& connection, ImportId import, const JobFilter& filter,
                             JobId after, int limit) {
  pg::Params params = FilterParams(import, filter);
  params.push_back(std::to_string(after.value));
  params.push_back(std::to_string(limit));
  return ReadJobRows(connection.Exec(sql::kFindJobs, params));
}

uint64_t CountJobs(pg::Connection& connection, ImportId import, const JobFilter& filter) {
  return static_cast<uint64_t>(
      connection.Exec(sql::kCountJobs, FilterParams(import, filter)).int8(0, 0));
}

std::vector<CauseTally> TallyCauses(pg::Connection& connection, ImportId import) {
  pg::Result rows = connection.Exec(sql::kTallyCauses, {std::to_string(import.value)});
  std::vector<CauseTally> causes;
  for (int row = 0; row < rows.rows(); ++row) {
    causes.push_back({std::string(rows.text(row, 0)), static_cast<uint64_t>(rows.int8(row, 1))});
  }
  return causes;
}

LoadedOverTime ReadLoadedOverTime(pg::Connection& connection, ImportId import, int parts) {
  pg::Result rows =
      connection.Exec(sql::kLoadedOverTime, {std::to_string(import.value), std::to_string(parts)});
  LoadedOverTime loaded{.seconds = 0, .rows = std::vector<double>(static_cast<size_t>(parts))};
  for (int row = 0; row < rows.rows(); ++row) {
    loaded.seconds = std::stod(std::string(rows.text(row, 0)));
    if (rows.is_null(row, 1)) continue;
    auto part = static_cast<size_t>(rows.int8(row, 1));
    loaded.rows.at(part) = std::stod(std::string(rows.text(row, 2)));
  }
  return loaded;
}

std::vector<JobRow> JobsOfObject(pg::Connection& connection, const ObjectName& name) {
  return ReadJobRows(connection.Exec(sql::kJobsOfKey, NameParams(name)));
}

std::vector<ReceiptRow> ReceiptsOfObject(pg::Connection& connection, const ObjectName& name) {
  pg::Result rows = connection.Exec(sql::kReceiptsOfKey, NameParams(name));
  std::vector<ReceiptRow> receipts;
  for (int row = 0; row < rows.rows(); ++row) {
    receipts.push_back({std::string(rows.text(row, 0)),
                        std::string(rows.text(row, 1)),
                        std::string(rows.text(row, 2)),
                        std::string(rows.text(row, 3)),
                        static_cast<uint64_t>(rows.int8(row, 4)),
                        std::string(rows.text(row, 5)),
                        {rows.int8(row, 6)}});
  }
  return receipts;
}

std::vector<RejectRow> RejectsOfJob(pg::Connection& connection, JobId job, int limit) {
  pg::Result rows =
      connection.Exec(sql::kRejectsOfJob, {std::to_string(job.value), std::to_string(limit)});
  std::vector<RejectRow> rejects;
  for (int row = 0; row < rows.rows(); ++row) {
    rejects.push_back({static_cast<uint64_t>(rows.int8(row, 0)),
                       static_cast<uint64_t>(rows.int8(row, 1)), std::string(rows.text(row, 2)),
                       std::string(rows.text(row, 3)), std::string(rows.text(row, 4)),
                       std::string(rows.text(row, 5))});
  }
  return rejects;
}

uint64_t RetryImport(pg::Connection& connection, ImportId import, const JobFilter& filter) {
  JobFilter dead = filter;
  dead.state = JobState::kDead;
  return connection.Exec(sql::kRetryImport, FilterParams(import, dead)).rows_changed();
}

uint64_t RetryObject(pg::Connection& connection, const ObjectName& name) {
  // One round trip, and one transaction with whatever the caller has open.
  const pg::Connection::Statement statements[] = {{sql::kReleaseCalls, NameParams(name)},
                                                  {sql::kRetryKey, NameParams(name)}};
  return connection.ExecPipeline(statements)[1].rows_changed();
}

uint64_t ForgetObject(pg::Connection& connection, const ObjectName& name) {
  return Forget(connection, sql::kForgetReceipts, NameParams(name));
}

uint64_t ForgetTarget(pg::Connection& connection, const std::string& target) {
  return Forget(connection, sql::kForgetTarget, {target});
}

}  // namespace sluice
