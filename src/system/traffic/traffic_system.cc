#include "system/traffic/traffic_system.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "engine/limits.h"
#include "pg/transaction.h"
#include "record/document_reader.h"
#include "system/traffic/traffic_mapper.h"
#include "system/traffic/traffic_sql.h"
#include "system/traffic/traffic_table.h"
#include "system/traffic/traffic_writer.h"

namespace sluice {
namespace {

constexpr char kLabel[] = "feed";

// "x.json", and what follows may be a compression's ending or the etag that a move added.
bool IsFeedName(std::string_view key) {
  std::string name(key.substr(key.rfind('/') + 1));
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  constexpr std::string_view kEnding = ".json";
  for (size_t at = name.find(kEnding); at != std::string::npos; at = name.find(kEnding, at + 1)) {
    size_t end = at + kEnding.size();
    if (end == name.size() || name[end] == '.') return true;
  }
  return false;
}

class TrafficSystem final : public System {
 public:
  explicit TrafficSystem(bool rewrite) : rewrite_(rewrite) {}

  std::string_view name() const override { return "traffic"; }

  Classified Classify(const ObjectRef& ref) const override {
    if (!IsFeedName(ref.key)) return {"", "", "is no feed file: its name does not end in .json"};
    return {kLabel, "traffic:waze.data_files", ""};
  }

  // Another version of a file is data of its own: what is in stays.
  bool versions_add_up() const override { return true; }

  // The name that the feed processor's subscribers know.
  std::string_view notice_source() const override { return "waze-data-processor"; }

  TargetTable Prepare(pg::Connection& connection, const std::string&) const override {
    TargetTable target = Check(connection);
    if (target.relation == 0) {
      Make(connection);
      target = Check(connection);
    }
    ReadAlertTypes(connection);
    return target;
  }

  std::unique_ptr<RecordReader> OpenReader(ByteSource& bytes,
                                           const ReaderContext& context) const override {
    return NewDocumentReader(
        bytes, context.blocks, context.large_records,
        {.block_bytes = limits::kBlockBytes, .document_bytes = limits::kRecordBytesMax},
        context.stop);
  }

  std::unique_ptr<Mapper> OpenMapper(const std::string&, const Receipt& receipt) const override {
    std::lock_guard lock(mutex_);
    CHECK(alert_types_ != nullptr);
    return NewTrafficMapper(receipt.txid, alert_types_);
  }

  std::unique_ptr<Writer> OpenWriter(const WriterContext& context) const override {
    return NewTrafficWriter(context.connection, {.file_name = context.job.object.ref.key,
                                                 .file_id = context.receipt.txid,
                                                 .rewrite = rewrite_});
  }

 private:
  // Its relation is 0 where the tables are not there yet.
  static TargetTable Check(pg::Connection& connection) {
    std::vector<pg::Value> tables, columns, types;
    for (size_t i = 0; i < kTrafficTables; ++i) {
      const TrafficTableShape& shape = ShapeOf(static_cast<TrafficTable>(i));
      for (const TrafficColumn& column : shape.columns) {
        tables.emplace_back(std::string(shape.name));
        columns.emplace_back(std::string(column.name));
        types.emplace_back(std::string(column.type));
      }
    }
    pg::Result found = connection.Exec(
        sql::kCheckTraffic, {pg::TextArray(tables), pg::TextArray(columns), pg::TextArray(types)});
    TargetTable target;
    if (found.is_null(0, 0)) return target;
    if (!found.is_null(0, 2)) {
      throw Fault("table-columns",
                  "schema waze is not laid out for traffic feeds: " + std::string(found.text(0, 2)))
          .With(Scope::kRun)
          .Remedy("rename that schema, or give it the columns of doc/reference/traffic.md");
    }
    if (found.is_null(0, 1)) {
      throw Fault("table-columns", "column waze.data_files.id has no sequence")
          .With(Scope::kRun)
          .Remedy("make one, and let the column own it");
    }
    target.relation = static_cast<uint32_t>(found.int8(0, 0));
    target.name = "waze.data_files";
    pg::Result rows = connection.Exec(sql::kRowRelations);
    for (int row = 0; row < rows.rows(); ++row) {
      target.row_relations.push_back(static_cast<uint32_t>(rows.int8(row, 0)));
    }
    target.txid_sequence = found.text(0, 1);  // a file's id is drawn with its receipt
    return target;
  }

  static void Make(pg::Connection& connection) {
    pg::Transaction tx(connection);
    connection.Exec(sql::kLockTrafficSchema);
    connection.ExecScript(kTrafficSchemaSql);
    tx.Commit();
  }

  void ReadAlertTypes(pg::Connection& connection) const {
    pg::Result rows = connection.Exec(sql::kAlertTypes);
    auto types = std::make_shared<AlertTypes>();
    for (int row = 0; row < rows.rows(); ++row) {
      (*types)[{std::string(rows.text(row, 1)), std::string(rows.text(row, 2))}] =
          static_cast<int32_t>(rows.int8(row, 0));
    }
    std::lock_guard lock(mutex_);
    alert_types_ = std::move(types);
  }

  const bool rewrite_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const AlertTypes> alert_types_;  // read once the tables are there
};

}  // namespace

std::unique_ptr<System> NewTrafficSystem(bool rewrite) {
  return std::make_unique<TrafficSystem>(rewrite);
}

}  // namespace sluice
