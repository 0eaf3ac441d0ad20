#include "ledger/import_ledger.h"

#include "ledger/ledger_sql.h"
#include "ledger/worker_ledger.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

std::string Text(int64_t number) { return std::to_string(number); }

Import ReadImport(const pg::Result& rows, int row) {
  Import import;
  int column = 0;
  auto next = [&] { return std::string(rows.text(row, column++)); };
  import.id = {rows.int8(row, column++)};
  import.system = next();
  import.source = next();
  import.options = next();
  import.state = ParseImportState(next());
  import.listed = rows.boolean(row, column++);
  import.worked_on = rows.boolean(row, column++);
  import.created_at = next();
  import.started_at = next();
  import.finished_at = next();
  import.error_origin = next();
  import.error_code = next();
  import.error_message = next();
  import.error_remedy = next();
  return import;
}

std::vector<Import> ReadImports(const pg::Result& rows) {
  std::vector<Import> imports;
  for (int row = 0; row < rows.rows(); ++row) imports.push_back(ReadImport(rows, row));
  return imports;
}

void Add(TallyLine& to, const TallyLine& line) {
  to.jobs += line.jobs;
  to.packed_bytes += line.packed_bytes;
  to.unpacked_bytes += line.unpacked_bytes;
  to.records.read += line.records.read;
  to.records.loaded += line.records.loaded;
  to.records.rejected += line.records.rejected;
  to.records.skipped += line.records.skipped;
}

void AddState(TallyLine& to, const std::map<JobState, TallyLine>& from, JobState state) {
  if (auto found = from.find(state); found != from.end()) Add(to, found->second);
}

}  // namespace

ImportId OpenImport(pg::Connection& connection, const std::string& system, const std::string& scope,
                    const std::string& source, const std::string& options) {
  pg::Params params = {system, scope, source, options};
  pg::Result found = connection.Exec(sql::kReopenImport, params);
  if (found.rows() == 1) return {found.int8(0, 0)};
  return {connection.Exec(sql::kOpenImport, params).int8(0, 0)};
}

std::optional<ImportId> FindImport(pg::Connection& connection, const std::string& system,
                                   const std::string& scope) {
  pg::Result found = connection.Exec(sql::kFindImport, {system, scope});
  if (found.rows() == 0) return std::nullopt;
  return ImportId{found.int8(0, 0)};
}

bool StartImport(pg::Connection& connection, ImportId id) {
  return connection.Exec(sql::kStartImport, {Text(id.value)}).rows_changed() == 1;
}

void MarkListed(pg::Connection& connection, ImportId id) {
  connection.Exec(sql::kImportListed, {Text(id.value)});
}

bool CompleteImport(pg::Connection& connection, ImportId id) {
  return connection.Exec(sql::kCompleteImport, {Text(id.value)}).rows_changed() == 1;
}

void FailImport(pg::Connection& connection, ImportId id, const Error& error) {
  connection.Exec(sql::kFailImport, {Text(id.value), std::string(ToString(error.origin())),
                                     error.code(), error.message(), error.remedy()});
}

bool CancelImport(pg::Connection& connection, ImportId id) {
  pg::Transaction tx(connection);
  bool cancelled = connection.Exec(sql::kCancelImport, {Text(id.value)}).rows_changed() == 1;
  if (cancelled) connection.Exec(sql::kCancelJobs, {Text(id.value)});
  tx.Commit();
  return cancelled;
}

bool ReopenImport(pg::Connection& connection, ImportId id) {
  return connection.Exec(sql::kReopenFinished, {Text(id.value)}).rows_changed() == 1;
}

std::optional<Import> GetImport(pg::Connection& connection, ImportId id) {
  pg::Result rows = connection.Exec(sql::kGetImport, {Text(kWorkerLiveSeconds), Text(id.value)});
  if (rows.rows() == 0) return std::nullopt;
  return ReadImport(rows, 0);
}

std::vector<Import> ListImports(pg::Connection& connection, int limit) {
  return ReadImports(connection.Exec(sql::kListImports, {Text(kWorkerLiveSeconds), Text(limit)}));
}

std::vector<Import> ListImports(pg::Connection& connection, ImportId before,
                                std::optional<ImportState> state, int limit) {
  return ReadImports(connection.Exec(
      sql::kPageImports,
      {Text(kWorkerLiveSeconds), before ? pg::Value(Text(before.value)) : pg::Value(),
       state ? pg::Value(std::string(ToString(*state))) : pg::Value(), Text(limit)}));
}

std::vector<Import> RunningImports(pg::Connection& connection) {
  return ReadImports(connection.Exec(sql::kRunningImports, {Text(kWorkerLiveSeconds)}));
}

std::vector<Import> ImportsFrom(pg::Connection& connection, const std::string& system,
                                const std::string& source_prefix) {
  return ReadImports(
      connection.Exec(sql::kImportsFrom, {Text(kWorkerLiveSeconds), system, source_prefix}));
}

TallyLine Tally::of(JobState state) const {
  TallyLine line;
  AddState(line, this_run, state);
  return line;
}

TallyLine Tally::all(JobState state) const {
  TallyLine line = of(state);
  AddState(line, earlier, state);
  return line;
}

Tally TallyImport(pg::Connection& connection, ImportId id) {
  pg::Result rows = connection.Exec(sql::kTally, {Text(id.value)});
  Tally tally;
  for (int row = 0; row < rows.rows(); ++row) {
    auto number = [&](int column) { return static_cast<uint64_t>(rows.int8(row, column)); };
    TallyLine line{number(2), number(3), number(4), {number(5), number(6), number(7), number(8)}};
    auto& lines = rows.boolean(row, 1) ? tally.this_run : tally.earlier;
    Add(lines[ParseJobState(rows.text(row, 0))], line);
  }
  return tally;
}

std::vector<LabelTally> TallyByLabel(pg::Connection& connection, ImportId id, Runs runs) {
  pg::Value all = std::string(runs == Runs::kAll ? "true" : "false");
  pg::Result rows = connection.Exec(sql::kTallyByLabel, {Text(id.value), all});
  std::vector<LabelTally> tallies;
  for (int row = 0; row < rows.rows(); ++row) {
    tallies.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                       static_cast<uint64_t>(rows.int8(row, 2)),
                       static_cast<uint64_t>(rows.int8(row, 3))});
  }
  return tallies;
}

}  // namespace sluice
