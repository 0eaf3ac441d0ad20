#include "ledger/spool.h"

#include "base/digest.h"
#include "base/error.h"
#include "ledger/spool_sql.h"
#include "object/spool_name.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

std::string Text(int64_t number) { return std::to_string(number); }

Error UploadLost() {
  return Fault("upload-lost", "the upload was removed while its bytes came")
      .Remedy("send the body again");
}

std::chrono::system_clock::time_point Moment(int64_t seconds) {
  return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

std::vector<SpoolRow> ReadRows(const pg::Result& rows) {
  std::vector<SpoolRow> objects;
  for (int row = 0; row < rows.rows(); ++row) {
    ObjectStat stat;
    stat.ref = {std::string(kSpoolStore), std::string(rows.text(row, 5)),
                std::string(rows.text(row, 1)), std::string(rows.text(row, 2))};
    stat.size_bytes = static_cast<uint64_t>(rows.int8(row, 3));
    stat.last_modified = Moment(rows.int8(row, 4));
    objects.push_back({.id = rows.int8(row, 0), .stat = std::move(stat)});
  }
  return objects;
}

}  // namespace

int64_t BeginSpoolObject(pg::Connection& connection, const std::string& upload,
                         const std::string& name, int64_t user) {
  return connection
      .Exec(sql::kBeginSpoolObject, {upload, name, user == 0 ? pg::Value() : Text(user)})
      .int8(0, 0);
}

void AppendSpoolPiece(pg::Connection& connection, int64_t id, int number, std::string_view bytes) {
  uint64_t appended =
      connection.Exec(sql::kAppendSpoolPiece, {Text(id), Text(number), pg::Bytea(bytes)})
          .rows_changed();
  if (appended != 1) throw UploadLost();
}

ObjectStat FinishSpoolObject(pg::Connection& connection, int64_t id, const ObjectRef& ref,
                             int pieces) {
  pg::Transaction tx(connection);
  connection.Exec(sql::kReplaceSpoolObject, {Text(id)});
  pg::Result row = connection.Exec(sql::kFinishSpoolObject, {Text(id), Text(pieces), ref.etag});
  if (row.rows() != 1) throw UploadLost();
  ObjectStat stat{.ref = ref,
                  .size_bytes = static_cast<uint64_t>(row.int8(0, 0)),
                  .last_modified = Moment(row.int8(0, 1))};
  tx.Commit();
  return stat;
}

void DropSpoolObject(pg::Connection& connection, int64_t id) {
  connection.Exec(sql::kDropSpoolObject, {Text(id)});
}

uint64_t DropSpoolUpload(pg::Connection& connection, const std::string& upload) {
  return connection.Exec(sql::kDropSpoolUpload, {upload}).rows_changed();
}

std::optional<SpoolRow> FindSpoolObject(pg::Connection& connection, const std::string& upload,
                                        const std::string& name) {
  std::vector<SpoolRow> rows = ReadRows(connection.Exec(sql::kFindSpoolObject, {upload, name}));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<SpoolRow> ListSpoolObjects(pg::Connection& connection, const std::string& upload,
                                       const std::string& prefix, const std::string& after,
                                       size_t limit) {
  return ReadRows(
      connection.Exec(sql::kListSpoolObjects, {upload, prefix, after, std::to_string(limit)}));
}

std::vector<SpoolRow> AllSpoolObjects(pg::Connection& connection, int64_t after, int limit) {
  return ReadRows(connection.Exec(sql::kAllSpoolObjects, {Text(after), Text(limit)}));
}

bool IsSpoolUploadKnown(pg::Connection& connection, const std::string& upload) {
  return connection.Exec(sql::kSpoolUploadKnown, {upload}).boolean(0, 0);
}

std::optional<std::string> ReadSpoolPiece(pg::Connection& connection, int64_t id, uint64_t number) {
  pg::Result row = connection.Exec(sql::kSpoolPiece, {Text(id), std::to_string(number)});
  if (row.rows() == 0) return std::nullopt;
  return FromHex(row.text(0, 0));
}

uint64_t MeasureSpool(pg::Connection& connection) {
  return static_cast<uint64_t>(connection.Exec(sql::kSpoolBytes).int8(0, 0));
}

void SweepSpool(pg::Connection& connection, const SpoolSweep& sweep) {
  const pg::Connection::Statement statements[] = {
      {sql::kRetireSpool, {Text(sweep.broken_after.count()), Text(sweep.abandoned_after.count())}},
      {sql::kRemoveSpoolPieces, {Text(sweep.pieces_max)}},
      {sql::kRemoveSpoolObjects, {}}};
  connection.ExecPipeline(statements);
}

}  // namespace sluice
