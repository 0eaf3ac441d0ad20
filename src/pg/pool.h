// Sessions that are kept between uses and shared by threads, at most so many at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "pg/connection.h"

namespace sluice::pg {

class Pool {
 public:
  // `wait_max`: how long a thread waits for a session that others use.
  Pool(std::function<Connection()> open, int sessions_max, std::chrono::milliseconds wait_max);
  // REQUIRES: nobody holds a session.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // A session until its destruction. One that was lost or left in a transaction is closed rather
  // than kept.
  class Lease {
   public:
    Lease(Pool& pool, Connection connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection& operator*() { return connection_; }
    Connection* operator->() { return &connection_; }

   private:
    Pool* pool_;
    Connection connection_;
  };

  // Errors: "database-busy" (kLater) when none becomes free in time; those of opening one.
  Lease Take();

 private:
  void Give(Connection connection);

  const std::function<Connection()> open_;
  const int sessions_max_;
  const std::chrono::milliseconds wait_max_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Connection> idle_;
  int open_count_ = 0;
};

}  // namespace sluice::pg
