#include "system/images/report_watch.h"

#include <map>
#include <vector>

#include "system/images/inventory_list.h"

namespace sluice {
namespace {

constexpr std::string_view kChecksum = "/manifest.checksum";

// "inventory/bucket/config/2021-08-16T01-00Z" -> "inventory/bucket/config".
std::string InventoryOf(const std::string& report) { return report.substr(0, report.rfind('/')); }

}  // namespace

class ReportWatch::List final : public ObjectList {
 public:
  List(ReportWatch& watch, ObjectStore& store, std::string bucket, std::vector<std::string> reports,
       const Stop& stop)
      : watch_(watch),
        store_(store),
        bucket_(std::move(bucket)),
        reports_(std::move(reports)),
        stop_(stop) {}

  bool Next(std::vector<ListedObject>& page) override {
    while (next_ < reports_.size()) {
      const std::string& report = reports_[next_];
      if (!open_) open_ = OpenInventory(store_, bucket_, report + "/manifest.json", stop_);
      if (open_->Next(page)) return true;
      open_.reset();
      watch_.Take(report);
      ++next_;
    }
    return false;
  }

 private:
  ReportWatch& watch_;
  ObjectStore& store_;
  const std::string bucket_;
  const std::vector<std::string> reports_;
  const Stop& stop_;
  std::unique_ptr<ObjectList> open_;
  size_t next_ = 0;
};

std::unique_ptr<ObjectList> ReportWatch::Open(ObjectStore& store, const std::string& bucket,
                                              const std::string& prefix, const Stop& stop) {
  std::map<std::string, std::string> newest;  // by inventory
  std::string next;
  do {
    stop.ThrowIfRequested();
    ObjectPage page = store.List(bucket, prefix, next);
    for (const ObjectStat& object : page.objects) {
      const std::string& key = object.ref.key;
      if (!key.ends_with(kChecksum)) continue;
      std::string report = key.substr(0, key.size() - kChecksum.size());
      std::string& best = newest[InventoryOf(report)];
      best = std::max(best, report);
    }
    next = page.next;
  } while (!next.empty());
  std::vector<std::string> reports;
  for (const auto& [inventory, report] : newest) {
    if (!IsTaken(report)) reports.push_back(report);
  }
  return std::make_unique<List>(*this, store, bucket, std::move(reports), stop);
}

bool ReportWatch::IsTaken(const std::string& report) {
  std::lock_guard lock(mutex_);
  return taken_.contains(report);
}

void ReportWatch::Take(const std::string& report) {
  std::lock_guard lock(mutex_);
  std::erase_if(taken_,
                [&](const std::string& one) { return InventoryOf(one) == InventoryOf(report); });
  taken_.insert(report);
}

}  // namespace sluice
