#include "base/stop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "base/check.h"
#include "base/deadline.h"
#include "base/error.h"

namespace sluice {

Stop::Stop() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { CHECK(fd_ >= 0); }

Stop::~Stop() { close(fd_); }

void Stop::Request() noexcept {
  requested_.store(true, std::memory_order_release);
  const uint64_t one = 1;
  // A full counter means that the descriptor is readable already.
  [[maybe_unused]] auto written = write(fd_, &one, sizeof one);
}

bool Stop::SleepFor(std::chrono::milliseconds time) const {
  Deadline deadline = Deadline::After(time);
  while (!requested() && !deadline.passed()) {
    pollfd wait{fd_, POLLIN, 0};
    int ready = poll(&wait, 1, static_cast<int>(deadline.left().count()));
    CHECK(ready >= 0 || errno == EINTR);
  }
  return requested();
}

void Stop::ThrowIfRequested() const {
  if (requested()) {
    throw Fault("interrupted", "interrupted: the same command resumes")
        .With(Retry::kLater)
        .With(Scope::kRun);
  }
}

}  // namespace sluice
