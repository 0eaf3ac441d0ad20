// The first fault of a whole run, set by any thread; it ends the run.
#pragma once

#include <mutex>
#include <optional>

#include "base/error.h"

namespace sluice {

class RunFault {
 public:
  void Set(const Error& error) {
    std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
  }
  std::optional<Error> get() const {
    std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
};

}  // namespace sluice
