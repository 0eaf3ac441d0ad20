#include "system/terminology/terminology_system.h"

#include <iterator>
#include <utility>
#include <vector>

#include "base/error.h"
#include "system/terminology/bulk_import.h"
#include "system/terminology/ocl_schema.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/resource_routes.h"
#include "system/terminology/script_options.h"
#include "system/terminology/script_source.h"
#include "system/terminology/script_writer.h"

namespace sluice {
namespace {

// A line's result goes to the store beside its effects: there are no rows to be made first.
class LinesAsTheyAre final : public Mapper {
 public:
  void Map(const RecordBlock&, Rows&, std::vector<Reject>&) override {}
};

class TerminologySystem final : public System {
 public:
  explicit TerminologySystem(ocl::ScriptOptions script) : script_(std::move(script)) {}

  std::string_view name() const override { return "terminology"; }

  // Each submission is a target of its own, so that the same script can be submitted again.
  Classified Classify(const ObjectRef&) const override {
    return {"script", "terminology:ocl.task/" + script_.task, ""};
  }

  // A trial is taken back whole, so it is done whole.
  CommitUnit commit_unit() const override {
    return script_.test_mode ? CommitUnit::kObject : CommitUnit::kBatch;
  }

  std::vector<std::string> Notes() const override {
    std::vector<std::string> notes = {"as " + script_.username + (script_.staff ? ", staff" : "")};
    if (script_.test_mode) notes.emplace_back("a trial: nothing of it stays but its results");
    return notes;
  }

  TargetTable Prepare(pg::Connection& connection, const std::string&) const override {
    ocl::PrepareSchema(connection);
    TargetTable target;
    target.relation = static_cast<uint32_t>(connection.Exec(ocl::sql::kTaskRelation).int8(0, 0));
    target.name = "ocl.task";
    return target;
  }

  std::unique_ptr<RecordReader> OpenReader(ByteSource& bytes,
                                           const ReaderContext& context) const override {
    return ocl::OpenScript(bytes, context);
  }

  std::unique_ptr<Mapper> OpenMapper(const std::string&, const Receipt&) const override {
    return std::make_unique<LinesAsTheyAre>();
  }

  std::unique_ptr<Writer> OpenWriter(const WriterContext& context) const override {
    return ocl::NewScriptWriter(context, script_);
  }

  std::vector<http::Route> routes(const Services& services) const override {
    std::vector<http::Route> routes = ocl::ResourceRoutes(services);
    std::vector<http::Route> more = ocl::BulkImportRoutes(services);
    routes.insert(routes.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
    return routes;
  }

 private:
  const ocl::ScriptOptions script_;
};

}  // namespace

std::unique_ptr<System> NewTerminologySystem(const LoadOptions& options) {
  if (options.system.empty()) return std::make_unique<TerminologySystem>(ocl::ScriptOptions());
  if (options.system_options.empty()) {
    throw Fault("usage", "a terminology script is submitted on somebody's behalf")
        .With(Scope::kRun)
        .Remedy("POST it to /manage/bulkimport/, or run: sluice load terminology FILE");
  }
  return std::make_unique<TerminologySystem>(ocl::ParseScriptOptions(options.system_options));
}

}  // namespace sluice
