// How many objects a process has in flight at once, over all the imports that it works at.
#pragma once

#include <chrono>
#include <cstddef>
#include <semaphore>

namespace sluice {

class LoadPermits {
 public:
  explicit LoadPermits(int objects) : free_(objects) {}

  class Permit {
   public:
    explicit Permit(LoadPermits& permits) : permits_(permits) {}
    ~Permit() { permits_.free_.release(); }
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;

   private:
    LoadPermits& permits_;
  };
  // True if one was free within `time`: then it is the caller's, to be held in a Permit.
  bool Acquire(std::chrono::milliseconds time) { return free_.try_acquire_for(time); }

 private:
  std::counting_semaphore<> free_;
};

}  // namespace sluice
