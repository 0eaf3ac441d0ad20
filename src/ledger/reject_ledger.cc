#include "ledger/reject_ledger.h"

#include "base/digest.h"
#include "base/error.h"
#include "ledger/ledger_sql.h"

namespace sluice {
namespace {

OpenReject ReadReject(const pg::Result& rows, int row) {
  auto text = [&](int column) { return std::string(rows.text(row, column)); };
  OpenReject found;
  found.id = rows.int8(row, 0);
  found.job = {rows.int8(row, 1)};
  found.object = {text(2), text(3), text(4), ""};
  Reject& reject = found.reject;
  reject.position = {static_cast<uint64_t>(rows.int8(row, 5)),
                     static_cast<uint64_t>(rows.int8(row, 6))};
  reject.reason = text(7);
  reject.sqlstate = text(8);
  reject.message = text(9);
  reject.detail = text(10);
  reject.remedy = text(11);
  reject.record_id = text(12);
  reject.raw = FromHex(rows.text(row, 13));
  return found;
}

}  // namespace

std::vector<OpenReject> ListOpenRejects(pg::Connection& connection, ImportId import,
                                        const std::optional<std::string>& bucket,
                                        const std::optional<std::string>& key, int64_t after,
                                        int limit) {
  pg::Result rows = connection.Exec(
      sql::kOpenRejects,
      {std::to_string(import.value), bucket, key, std::to_string(after), std::to_string(limit)});
  std::vector<OpenReject> rejects;
  for (int row = 0; row < rows.rows(); ++row) rejects.push_back(ReadReject(rows, row));
  return rejects;
}

std::vector<RejectPlace> FindRejects(pg::Connection& connection, ImportId import,
                                     const std::vector<int64_t>& rejects) {
  pg::Result rows = connection.Exec(sql::kPlacesOfRejects,
                                    {std::to_string(import.value), pg::Int8Array(rejects)});
  std::vector<RejectPlace> places;
  for (int row = 0; row < rows.rows(); ++row) {
    places.push_back(
        {rows.int8(row, 0),
         {rows.int8(row, 1)},
         {static_cast<uint64_t>(rows.int8(row, 2)), static_cast<uint64_t>(rows.int8(row, 3))},
         rows.text(row, 4) == "open",
         std::string(rows.text(row, 5)),
         std::string(rows.text(row, 6))});
  }
  return places;
}

std::optional<LoadedObject> LockLoadedObject(pg::Connection& connection, JobId job) {
  pg::Result rows = connection.Exec(sql::kLoadedObject, {std::to_string(job.value)});
  if (rows.rows() == 0) return std::nullopt;
  LoadedObject object;
  object.job.id = job;
  object.receipt.id = {rows.int8(0, 0)};
  if (!rows.is_null(0, 1)) object.receipt.txid = rows.int8(0, 1);
  object.receipt.now_micros = rows.int8(0, 2);
  auto text = [&](int column) { return std::string(rows.text(0, column)); };
  object.job.label = text(3);
  object.job.target = text(4);
  object.job.object.ref = {text(5), text(6), text(7), text(8)};
  return object;
}

void SettleReplayed(pg::Connection& connection, const LoadedObject& object,
                    const std::vector<int64_t>& rejects, uint64_t loaded, uint64_t skipped) {
  std::string job = std::to_string(object.job.id.value);
  pg::Params counts = {job, std::to_string(loaded), std::to_string(skipped)};
  const pg::Connection::Statement statements[] = {
      {sql::kMarkReplayed, {job, pg::Int8Array(rejects)}},
      {sql::kReceiptReplayed,
       {std::to_string(object.receipt.id.value), std::to_string(loaded), std::to_string(skipped)}},
      {sql::kJobReplayed, counts}};
  std::vector<pg::Result> results = connection.ExecPipeline(statements);
  if (static_cast<size_t>(results[0].rows()) == rejects.size()) return;
  throw Fault("reject-gone", "a reject was replayed by somebody else at the same time")
      .With(Retry::kLater)
      .Remedy("run the same replay again");
}

}  // namespace sluice
