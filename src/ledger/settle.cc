#include "ledger/settle.h"

#include <fmt/format.h>

#include "ledger/ledger_sql.h"
#include "ledger/outbox_sql.h"
#include "ledger/settle_failed.h"

namespace sluice {
namespace {

std::string Text(int64_t number) { return std::to_string(number); }
std::string Text(uint64_t number) { return std::to_string(number); }

// Adds what writes the outbox's rows, to be sent along with the settling.
void Post(std::vector<pg::Connection::Statement>& statements, const Job& job,
          const std::string& etag, const Disposition& disposition) {
  if (!disposition.kind.empty()) {
    statements.push_back(
        {sql::kPostOutbox, {Text(job.id.value), disposition.kind, disposition.argument, etag}});
  }
  if (disposition.notices) {
    statements.push_back({sql::kPostFollowing, {Text(job.id.value), "done", etag}});
  }
}

}  // namespace

std::optional<Receipt> InsertReceipt(pg::Connection& connection, const Job& job,
                                     const ReceiptRequest& request) {
  const ObjectRef& ref = job.object.ref;
  const pg::Connection::Statement statements[] = {
      {sql::kSupersede,
       {job.target, ref.store, ref.bucket, ref.key, request.etag,
        std::string(request.reload ? "true" : "false")}},
      {sql::kInsertReceipt,
       {job.target, Text(uint64_t{request.relation}), ref.store, ref.bucket, ref.key,
        Text(request.first_record), request.etag, Text(job.import.value), Text(job.id.value),
        pg::OrNull(request.txid_sequence)}},
      {sql::kDropOpenRejects, {Text(job.id.value)}}};
  std::vector<pg::Result> results = connection.ExecPipeline(statements);
  const pg::Result& superseded = results[0];
  const pg::Result& inserted = results[1];
  if (inserted.rows() == 0) return std::nullopt;
  Receipt receipt;
  receipt.id = {inserted.int8(0, 0)};
  if (!inserted.is_null(0, 1)) receipt.txid = inserted.int8(0, 1);
  receipt.now_micros = inserted.int8(0, 2);
  for (int row = 0; row < superseded.rows(); ++row) {
    receipt.supersedes_here |= superseded.int8(row, 1) == int64_t{request.relation};
    if (!superseded.is_null(row, 0)) receipt.superseded_txids.push_back(superseded.int8(row, 0));
  }
  return receipt;
}

std::optional<CurrentReceipt> FindCurrentReceipt(pg::Connection& connection, const Job& job) {
  const ObjectRef& ref = job.object.ref;
  pg::Result found = connection.Exec(
      sql::kCurrentReceipt, {job.target, ref.store, ref.bucket, ref.key, std::string("0")});
  if (found.rows() == 0) return std::nullopt;
  return CurrentReceipt{{found.int8(0, 0)}, std::string(found.text(0, 1))};
}

bool HasReceipts(pg::Connection& connection, const std::string& target) {
  return connection.Exec(sql::kHasReceipts, {target}).boolean(0, 0);
}

void CheckRelation(pg::Connection& connection, const std::string& target, uint32_t relation) {
  int64_t foreign =
      connection.Exec(sql::kForeignReceipts, {target, Text(uint64_t{relation})}).int8(0, 0);
  if (foreign == 0) return;
  std::string table = target.substr(target.find(':') + 1);
  throw Fault("table-replaced",
              fmt::format("table {} was dropped and made again since {} objects were loaded into "
                          "it: the ledger speaks of rows that are gone",
                          table, foreign))
      .With(Scope::kRun)
      .Remedy(fmt::format("run: sluice forget --table {}   (then everything loads again)", table));
}

void SettleDone(pg::Connection& connection, const Job& job, const Receipt& receipt,
                const std::string& etag, const Counts& counts, uint64_t unpacked_bytes,
                const Disposition& disposition, const std::string& note) {
  std::vector<pg::Connection::Statement> statements = {
      {sql::kSettleDone,
       {Text(job.id.value), job.lease_token, Text(receipt.id.value), etag, Text(counts.read),
        Text(counts.loaded), Text(counts.rejected), Text(counts.skipped), Text(unpacked_bytes),
        pg::OrNull(note)}},
      {sql::kReceiptCounts,
       {Text(receipt.id.value), Text(counts.read), Text(counts.loaded), Text(counts.rejected),
        Text(counts.skipped)}}};
  Post(statements, job, etag, disposition);
  std::vector<pg::Result> results = connection.ExecPipeline(statements);
  if (results[0].rows_changed() != 1 || results[1].rows_changed() != 1) {
    throw Fault("lease-lost", "the lease ended before the load did: another worker has the object");
  }
}

bool SettleSkipped(pg::Connection& connection, const Job& job, const std::string& reason,
                   ReceiptId receipt, const Disposition& disposition) {
  std::vector<pg::Connection::Statement> statements = {
      {sql::kSettleSkipped,
       {Text(job.id.value), job.lease_token, reason,
        receipt ? pg::Value(Text(receipt.value)) : pg::Value()}}};
  Post(statements, job, job.object.ref.etag, disposition);
  pg::Transaction tx(connection);
  if (connection.ExecPipeline(statements)[0].rows_changed() != 1) return false;
  tx.Commit();
  return true;
}

void InsertRejects(pg::Connection& connection, JobId job, std::span<const Reject> rejects) {
  if (rejects.empty()) return;
  std::vector<int64_t> lines, offsets;
  std::vector<pg::Value> reasons, sqlstates, messages, remedies, ids, raws, details;
  for (const Reject& reject : rejects) {
    lines.push_back(static_cast<int64_t>(reject.position.line));
    offsets.push_back(static_cast<int64_t>(reject.position.byte_offset));
    reasons.emplace_back(reject.reason);
    sqlstates.push_back(pg::OrNull(reject.sqlstate));
    messages.emplace_back(reject.message);
    remedies.emplace_back(reject.remedy);
    ids.push_back(pg::OrNull(reject.record_id));
    raws.push_back(reject.raw.empty() ? pg::Value() : pg::Value(pg::Bytea(reject.raw)));
    details.push_back(pg::OrNull(reject.detail));
  }
  connection.Exec(
      sql::kInsertRejects,
      {Text(job.value), pg::Int8Array(lines), pg::Int8Array(offsets), pg::TextArray(reasons),
       pg::TextArray(sqlstates), pg::TextArray(messages), pg::TextArray(remedies),
       pg::TextArray(ids), pg::TextArray(raws), pg::TextArray(details)});
}

bool SettleFailedWithin(pg::Transaction& tx, const Job& job, const Failure& failure,
                        std::optional<std::chrono::milliseconds> pause) {
  pg::Connection& connection = tx.connection();
  const Error& error = failure.error;
  pg::Value line, byte;
  if (failure.position) {
    line = Text(failure.position->line);
    byte = Text(failure.position->byte_offset);
  }
  pg::Params params = {Text(job.id.value),
                       job.lease_token,
                       std::string(ToString(error.origin())),
                       error.code(),
                       error.message(),
                       pg::OrNull(error.remedy()),
                       line,
                       byte,
                       Text(failure.records_read),
                       Text(uint64_t{failure.rejects.size()})};
  if (pause) params.emplace_back(Text(pause->count()));
  bool ours =
      connection.Exec(pause ? sql::kSettleLater : sql::kSettleDead, params).rows_changed() == 1;
  if (!ours) return false;
  connection.Exec(sql::kDropOpenRejects, {Text(job.id.value)});
  InsertRejects(connection, job.id, failure.rejects);
  if (!pause) connection.Exec(sql::kPostFollowing, {Text(job.id.value), "dead", pg::Value()});
  return true;
}

bool SettleFailed(pg::Connection& connection, const Job& job, const Failure& failure,
                  std::optional<std::chrono::milliseconds> pause) {
  pg::Transaction tx(connection);
  if (!SettleFailedWithin(tx, job, failure, pause)) return false;
  tx.Commit();
  return true;
}

bool GiveBack(pg::Connection& connection, const Job& job) {
  return connection.Exec(sql::kGiveBack, {Text(job.id.value), job.lease_token}).rows_changed() == 1;
}

bool GiveBackLater(pg::Connection& connection, const Job& job, std::chrono::milliseconds pause) {
  return connection
             .Exec(sql::kGiveBackLater,
                   {Text(job.id.value), job.lease_token, Text(int64_t{pause.count()})})
             .rows_changed() == 1;
}

void GiveBackAll(pg::Connection& connection, WorkerId worker) {
  connection.Exec(sql::kGiveBackAll, {Text(worker.value)});
}

}  // namespace sluice
