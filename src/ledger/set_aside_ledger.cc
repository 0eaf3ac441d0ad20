#include "ledger/set_aside_ledger.h"

#include "ledger/set_aside_sql.h"
#include "ledger/settle.h"
#include "ledger/worker_ledger.h"

namespace sluice {
namespace {

using pg::TablePart;

std::string Text(bool value) { return value ? "true" : "false"; }
std::string Text(uint32_t oid) { return std::to_string(oid); }
std::string LiveSeconds() { return std::to_string(kWorkerLiveSeconds); }

uint32_t Oid(const pg::Result& rows, int row, int column) {
  return rows.is_null(row, column) ? 0 : static_cast<uint32_t>(rows.int8(row, column));
}

std::vector<uint32_t> ReadOids(const pg::Result& rows) {
  std::vector<uint32_t> oids;
  for (int row = 0; row < rows.rows(); ++row) oids.push_back(Oid(rows, row, 0));
  return oids;
}

// Reads the columns of SLUICE_PART_COLUMNS.
TablePart ReadPart(const pg::Result& rows, int row) {
  TablePart part;
  part.relation = Oid(rows, row, 0);
  part.referenced = Oid(rows, row, 1);
  part.kind = pg::ParsePartKind(rows.text(row, 2));
  part.schema = rows.text(row, 3);
  part.table = rows.text(row, 4);
  part.name = rows.text(row, 5);
  part.index_definition = rows.text(row, 6);
  part.tablespace = rows.text(row, 7);
  part.constraint_definition = rows.text(row, 8);
  part.comment = rows.text(row, 9);
  part.constraint_comment = rows.text(row, 10);
  part.clustered = rows.boolean(row, 11);
  part.replica_identity = rows.boolean(row, 12);
  part.keys = rows.text(row, 13);
  part.predicate = rows.text(row, 14);
  part.nulls_equal = rows.boolean(row, 15);
  return part;
}

std::vector<SetAsideRow> ReadRows(const pg::Result& rows) {
  std::vector<SetAsideRow> list;
  for (int row = 0; row < rows.rows(); ++row) {
    SetAsideRow line;
    line.part = ReadPart(rows, row);
    line.state = rows.text(row, 16);
    line.aside_at = rows.text(row, 17);
    line.restore_start = rows.text(row, 18);
    line.restore_end = rows.text(row, 19);
    if (!rows.is_null(row, 20)) line.restore_ms = rows.int8(row, 20);
    line.error_code = rows.text(row, 21);
    line.error_message = rows.text(row, 22);
    list.push_back(line);
  }
  return list;
}

pg::Params PartKey(const TablePart& part) {
  return {Text(part.relation), std::string(ToString(part.kind)), part.name};
}

}  // namespace

void TakeHoldRow(pg::Connection& connection, ImportId import, uint32_t relation,
                 pg::PartKinds kinds, const std::string& target) {
  connection.Exec(sql::kTakeHold,
                  {std::to_string(import.value), Text(relation), Text(kinds.indexes),
                   Text(kinds.primary_key), Text(kinds.foreign_keys), target});
}

std::vector<uint32_t> FinishedHolds(pg::Connection& connection, ImportId import, bool listed) {
  return ReadOids(
      connection.Exec(sql::kFinishedHolds, {std::to_string(import.value), Text(listed)}));
}

std::vector<uint32_t> TablesHeldBy(pg::Connection& connection, ImportId import) {
  return ReadOids(connection.Exec(sql::kTablesHeldBy, {std::to_string(import.value)}));
}

bool ReleaseHoldRow(pg::Connection& connection, ImportId import, uint32_t relation) {
  connection.Exec(sql::kLockHolds, {Text(relation)});
  connection.Exec(sql::kReleaseHold, {std::to_string(import.value), Text(relation)});
  return !RestorableParts(connection, relation).empty();
}

bool IsHeld(pg::Connection& connection, uint32_t relation) {
  return connection.Exec(sql::kHeldAlive, {LiveSeconds(), Text(relation)}).boolean(0, 0);
}

void DropDeadHolds(pg::Connection& connection, uint32_t relation) {
  connection.Exec(sql::kDropDeadHolds, {LiveSeconds(), Text(relation)});
}

void RecordAside(pg::Connection& connection, std::span<const TablePart> parts) {
  for (const TablePart& part : parts) {
    connection.Exec(
        sql::kRecordAside,
        {Text(part.relation), Text(part.referenced), std::string(ToString(part.kind)), part.schema,
         part.table, part.name, part.index_definition, part.tablespace, part.constraint_definition,
         part.comment, part.constraint_comment, Text(part.clustered), Text(part.replica_identity),
         part.keys, part.predicate, Text(part.nulls_equal)});
  }
}

std::vector<TablePart> RestorableParts(pg::Connection& connection, uint32_t relation) {
  pg::Result rows = connection.Exec(sql::kRestorableParts, {LiveSeconds(), Text(relation)});
  std::vector<TablePart> parts;
  for (int row = 0; row < rows.rows(); ++row) parts.push_back(ReadPart(rows, row));
  return parts;
}

void MarkRestoreStarted(pg::Connection& connection, const TablePart& part) {
  connection.Exec(sql::kRestoreStarted, PartKey(part));
}

void MarkRestored(pg::Connection& connection, const TablePart& part, const Error* flaw) {
  pg::Params params = PartKey(part);
  params.emplace_back(flaw ? pg::Value(flaw->code()) : pg::Value());
  params.emplace_back(flaw ? pg::Value(flaw->message()) : pg::Value());
  connection.Exec(sql::kRestored, params);
}

void MarkRestoreFailed(pg::Connection& connection, const TablePart& part, const Error& error) {
  pg::Params params = PartKey(part);
  params.emplace_back(error.code());
  params.emplace_back(error.message());
  connection.Exec(sql::kRestoreFailed, params);
}

std::vector<AsideTable> FindTablesToRestore(pg::Connection& connection) {
  connection.Exec(sql::kForgetDroppedTables);
  pg::Result rows = connection.Exec(sql::kTablesToRestore, {LiveSeconds()});
  std::vector<AsideTable> tables;
  for (int row = 0; row < rows.rows(); ++row) {
    tables.push_back({Oid(rows, row, 0), std::string(rows.text(row, 1))});
  }
  return tables;
}

std::vector<std::string> KeysAside(pg::Connection& connection, uint32_t relation) {
  pg::Result rows = connection.Exec(sql::kKeysAside, {Text(relation)});
  std::vector<std::string> names;
  for (int row = 0; row < rows.rows(); ++row) names.emplace_back(rows.text(row, 0));
  return names;
}

std::optional<uint64_t> IncomingBytes(pg::Connection& connection, ImportId import,
                                      const std::string& target, int packed_ratio) {
  pg::Result rows = connection.Exec(
      sql::kIncomingBytes, {std::to_string(import.value), target, std::to_string(packed_ratio)});
  if (rows.rows() == 0) return std::nullopt;
  return static_cast<uint64_t>(rows.int8(0, 0));
}

bool LoadsInto(pg::Connection& connection, ImportId import, const std::string& table) {
  return connection.Exec(sql::kLoadsInto, {std::to_string(import.value), table}).boolean(0, 0);
}

std::vector<SetAsideRow> ListSetAside(pg::Connection& connection, bool history) {
  return ReadRows(connection.Exec(sql::kListSetAside, {Text(history)}));
}

std::vector<SetAsideRow> ListFlawed(pg::Connection& connection) {
  return ReadRows(connection.Exec(sql::kFlawedParts));
}

std::vector<SetAsideRow> ListFlawedOf(pg::Connection& connection, ImportId import) {
  return ReadRows(
      connection.Exec(sql::kFlawedOfImport, {LiveSeconds(), std::to_string(import.value)}));
}

std::vector<TxidObject> ObjectsOfTxids(pg::Connection& connection, uint32_t relation,
                                       const std::vector<int64_t>& txids) {
  pg::Result rows = connection.Exec(sql::kObjectsOfTxids, {Text(relation), pg::Int8Array(txids)});
  std::vector<TxidObject> objects;
  for (int row = 0; row < rows.rows(); ++row) {
    auto text = [&](int column) { return std::string(rows.text(row, column)); };
    objects.push_back({.txid = rows.int8(row, 0),
                       .receipt = {rows.int8(row, 1)},
                       .job = {rows.int8(row, 2)},
                       .target = text(3),
                       .label = text(4),
                       .object = {text(5), text(6), text(7), text(8)},
                       .system = text(9),
                       .options = text(10)});
  }
  return objects;
}

void RejectLoaded(pg::Connection& connection, const TxidObject& object,
                  std::span<const Reject> rejects) {
  connection.Exec(sql::kRejectLoaded,
                  {std::to_string(object.receipt.value), std::to_string(rejects.size())});
  InsertRejects(connection, object.job, rejects);
}

std::vector<int64_t> CurrentTxids(pg::Connection& connection, uint32_t relation) {
  pg::Result rows = connection.Exec(sql::kCurrentTxids, {Text(relation)});
  std::vector<int64_t> txids;
  for (int row = 0; row < rows.rows(); ++row) txids.push_back(rows.int8(row, 0));
  return txids;
}

}  // namespace sluice
