// A user's properties: a JSON map of string to string in the bucket, named by the tag Properties.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "engine/store_set.h"
#include "system/images/user_record.h"

namespace sluice {

// Errors (kNever, kObject): "properties-invalid", in the bulk loader's words "Invalid Path ..." and
// "Unable to deserialize ...".
ObjectRef ParsePropertyPath(const std::string& path, const std::string& store);
Properties ParseProperties(const std::string& json, const std::string& path);

// Reads property files, each at most once a minute: many images share one.
class PropertyFiles {
 public:
  using Clock = std::chrono::steady_clock;

  // `store`: the one that the image lies in. Errors: as above, "Unable to fetch ..." for a file
  // that is not there or not to be read; the store's (kLater).
  Properties Get(StoreSet& stores, const std::string& store, const std::string& path);

 private:
  struct Kept {
    Properties properties;
    Clock::time_point until;
  };
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

}  // namespace sluice
