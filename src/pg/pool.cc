#include "pg/pool.h"

#include <utility>

#include "base/check.h"

namespace sluice::pg {

Pool::Pool(std::function<Connection()> open, int sessions_max, std::chrono::milliseconds wait_max)
    : open_(std::move(open)), sessions_max_(sessions_max), wait_max_(wait_max) {}

Pool::~Pool() { CHECK(open_count_ == static_cast<int>(idle_.size())); }

Pool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}

Pool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->Give(std::move(connection_));
}

Pool::Lease Pool::Take() {
  std::unique_lock lock(mutex_);
  bool free = freed_.wait_for(lock, wait_max_,
                              [&] { return !idle_.empty() || open_count_ < sessions_max_; });
  if (!free) {
    throw Fault("database-busy", "all of this process's sessions with the database are in use")
        .With(Retry::kLater)
        .Remedy("try again");
  }
  if (!idle_.empty()) {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return {*this, std::move(connection)};
  }
  ++open_count_;
  lock.unlock();
  try {
    return {*this, open_()};
  } catch (...) {
    lock.lock();
    --open_count_;
    freed_.notify_one();
    throw;
  }
}

void Pool::Give(Connection connection) {
  std::lock_guard lock(mutex_);
  if (connection.lost() || connection.in_transaction()) {
    --open_count_;
  } else {
    idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

}  // namespace sluice::pg
