// Objects of the listing that are not the system's: how many, and why.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "engine/limits.h"

namespace sluice {

class Ignored {
 public:
  void Count(const std::string& why) {
    std::lock_guard lock(mutex_);
    ++count_;
    auto found = reasons_.find(why);
    if (found != reasons_.end()) {
      ++found->second;
    } else if (reasons_.size() < limits::kIgnoredReasonsMax) {
      reasons_[why] = 1;
    }
  }
  void Reset() {
    std::lock_guard lock(mutex_);
    count_ = 0;
    reasons_.clear();
  }
  uint64_t count() const {
    std::lock_guard lock(mutex_);
    return count_;
  }
  // The first limits::kIgnoredReasonsMax that were met.
  std::map<std::string, uint64_t> reasons() const {
    std::lock_guard lock(mutex_);
    return reasons_;
  }

 private:
  mutable std::mutex mutex_;
  uint64_t count_ = 0;
  std::map<std::string, uint64_t> reasons_;
};

}  // namespace sluice
