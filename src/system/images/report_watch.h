// Inventory reports as they appear below a prefix: each is taken once it is whole, which it is when
// its manifest.checksum is there ("Locating your inventory list", Amazon S3 User Guide).
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/stop.h"
#include "engine/object_list.h"
#include "object/object_store.h"

namespace sluice {

class ReportWatch {
 public:
  // The objects of the newest report of each inventory that was not taken yet; an older one of the
  // same inventory says nothing more. A report counts as taken once it was read to its end.
  // `store`, `stop` and this outlive the list.
  std::unique_ptr<ObjectList> Open(ObjectStore& store, const std::string& bucket,
                                   const std::string& prefix, const Stop& stop);

 private:
  class List;

  bool IsTaken(const std::string& report);
  void Take(const std::string& report);

  std::mutex mutex_;
  std::set<std::string> taken_;  // the newest of each inventory only
};

}  // namespace sluice
