#include "system/images/image_system.h"

#include "base/error.h"
#include "engine/store_set.h"
#include "ledger/call.h"
#include "system/images/image_caller.h"
#include "system/images/image_options.h"
#include "system/images/inventory_list.h"
#include "system/images/qualification.h"
#include "system/images/report_watch.h"

namespace sluice {
namespace {

constexpr char kLabel[] = "image";
constexpr char kTarget[] = "images:sluice.call";

std::string_view NameOf(std::string_view key) { return key.substr(key.rfind('/') + 1); }

[[noreturn]] void NotLoaded() {
  throw Fault("not-loaded", "images are registered, not loaded into a table").With(Scope::kRun);
}

class ImageSystem final : public System {
 public:
  explicit ImageSystem(const LoadOptions& load)
      : watch_(load.watch), caller_(load, ParseImageOptions(load.system_options)) {}

  std::string_view name() const override { return "images"; }

  Classified Classify(const ObjectRef& ref) const override {
    std::string why_not = WhyNotByName(ref.key);
    if (!why_not.empty()) return {"", "", why_not};
    return {kLabel, kTarget, ""};
  }

  // Another image under the same name is another registration.
  bool versions_add_up() const override { return true; }
  bool marks_by_tag() const override { return true; }
  Caller* caller() const override { return &caller_; }

  std::unique_ptr<ObjectList> OpenList(StoreSet& stores, const Source& source,
                                       const Stop& stop) const override {
    if (source.kind != Source::Kind::kS3) {
      throw Fault("source-invalid", source.Shown() + " is not in S3, where images have their tags")
          .With(Scope::kRun)
          .Remedy(
              "name s3://BUCKET/PREFIX, an inventory's manifest.json or a Batch Operations CSV");
    }
    ObjectStore& store = stores.For(source);
    std::string_view name = NameOf(source.prefix);
    if (name == "manifest.json") return OpenInventory(store, source.bucket, source.prefix, stop);
    if (name.ends_with(".csv") || name.ends_with(".csv.gz")) {
      return OpenBatchManifest(store, source.bucket, source.prefix, stop);
    }
    if (watch_) return reports_.Open(store, source.bucket, source.prefix, stop);
    return nullptr;
  }

  TargetTable Prepare(pg::Connection& connection, const std::string&) const override {
    TargetTable table;
    table.relation = CallRelation(connection);
    table.name = "sluice.call";
    return table;
  }

  std::unique_ptr<RecordReader> OpenReader(ByteSource&, const ReaderContext&) const override {
    NotLoaded();
  }
  std::unique_ptr<Mapper> OpenMapper(const std::string&, const Receipt&) const override {
    NotLoaded();
  }

 private:
  const bool watch_;
  mutable ImageCaller caller_;
  mutable ReportWatch reports_;
};

}  // namespace

std::unique_ptr<System> NewImageSystem(const LoadOptions& options) {
  return std::make_unique<ImageSystem>(options);
}

}  // namespace sluice
