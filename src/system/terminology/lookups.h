// The values that OpenMRS validation allows: the names in the lookup sources of organisation OCL.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>

#include "system/terminology/store.h"

namespace sluice::ocl {

class Lookups {
 public:
  explicit Lookups(Store& store) : store_(store) {}

  // Whether the value is a name in the source ("Classes"), as it stands or with spaces for
  // hyphens.
  bool Has(const std::string& source, std::string_view value);
  // A line changed something in this repository.
  void Touched(std::string_view repo_url);
  void Forget() { names_.clear(); }

 private:
  Store& store_;
  std::map<std::string, std::unordered_set<std::string>> names_;
};

}  // namespace sluice::ocl
