#include "system/fhir/fhir_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/error.h"
#include "engine/limits.h"
#include "pg/transaction.h"
#include "record/ndjson_reader.h"
#include "system/fhir/fhir_mapper.h"
#include "system/fhir/fhir_routes.h"
#include "system/fhir/fhir_sql.h"
#include "system/fhir/fhir_type.h"

namespace sluice {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

class FhirSystem : public System {
 public:
  explicit FhirSystem(std::vector<std::string> types) : types_(std::move(types)) {}

  std::string_view name() const override { return "fhir"; }

  Classified Classify(const ObjectRef& ref) const override {
    FhirFileName file = ClassifyFhirFile(ref.key, types_);
    if (file.type.empty()) return {"", "", file.why_not};
    return {file.type, "fhir:public." + Lower(file.type), ""};
  }

  TargetTable Prepare(pg::Connection& connection, const std::string& label) const override {
    std::string table = Lower(label);
    auto qualified = [&](const std::string& name) {
      return "public." + connection.QuoteIdentifier(name);
    };
    TargetTable target;
    target.name = qualified(table);
    target.copy_sql = fmt::format(sql::kCopyFhir, target.name);
    target.txid_sequence = "public.transaction_id_seq";
    target.merge = MergeInto(target.name, qualified(table + "_history"));
    target.relation = Check(connection, target.name);
    if (target.relation == 0) {
      Make(connection, target.name, qualified(table + "_history"),
           connection.QuoteIdentifier(table + "_txid_brin"));
      target.relation = Check(connection, target.name);
      target.freeze_copy_sql = fmt::format(sql::kFreezeCopyFhir, target.name);
    }
    return target;
  }

  std::unique_ptr<RecordReader> OpenReader(ByteSource& bytes,
                                           const ReaderContext& context) const override {
    return NewNdjsonReader(
        bytes, context.blocks, context.large_records,
        {.block_bytes = limits::kBlockBytes, .record_bytes = limits::kRecordBytesMax},
        context.stop);
  }

  std::unique_ptr<Mapper> OpenMapper(const std::string& label,
                                     const Receipt& receipt) const override {
    return NewFhirMapper(label, receipt.txid, receipt.now_micros);
  }

  std::vector<http::Route> routes(const Services& services) const override {
    return FhirRoutes(services);
  }

 private:
  // As Aidbox updates a resource: the row that was there goes to the history.
  static MergeTarget MergeInto(const std::string& table, const std::string& history) {
    return {.table = table,
            .history_table = history,
            .columns = {{"id"},
                        {"txid"},
                        {"ts"},
                        {"resource_type"},
                        {"status", sql::kStatusOnUpdate},
                        {"resource"}},
            .key = {"id"},
            .version_column = "ts"};
  }

  // The table's oid, or 0 if it (or the sequence) is not there yet.
  static uint32_t Check(pg::Connection& connection, const std::string& table) {
    pg::Result found = connection.Exec(sql::kCheckFhirTable, {table});
    if (found.is_null(0, 0)) return 0;
    if (!found.is_null(0, 1)) {
      throw Fault("table-columns", fmt::format("table {} is not laid out for FHIR resources: {}",
                                               table, found.text(0, 1)))
          .With(Scope::kRun)
          .Remedy("rename that table, or give it the columns of doc/reference/fhir.md");
    }
    if (!connection.Exec(sql::kSequenceExists).boolean(0, 0)) return 0;
    return static_cast<uint32_t>(found.int8(0, 0));
  }

  static void Make(pg::Connection& connection, const std::string& table, const std::string& history,
                   const std::string& index) {
    pg::Transaction tx(connection);
    connection.Exec(sql::kLockFhirSchema);
    connection.ExecScript(sql::kMakeFhirShared);
    connection.ExecScript(fmt::format(sql::kMakeFhirTables, table, history, index));
    tx.Commit();
  }

  const std::vector<std::string> types_;
};

}  // namespace

std::unique_ptr<System> NewFhirSystem(std::vector<std::string> types) {
  for (const std::string& type : types) {
    bool word = !type.empty() && std::all_of(type.begin(), type.end(),
                                             [](unsigned char c) { return std::isalnum(c) != 0; });
    if (!word) {
      throw Fault("type-invalid", "'" + type + "' cannot be the name of a FHIR resource type")
          .With(Scope::kRun)
          .Remedy("give names like Patient,Observation");
    }
  }
  if (types.empty()) types.assign(KnownFhirTypes().begin(), KnownFhirTypes().end());
  return std::make_unique<FhirSystem>(std::move(types));
}

}  // namespace sluice
