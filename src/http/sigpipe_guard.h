// Keeps SIGPIPE from this thread for its lifetime: OpenSSL writes with write(2), which raises it
// when the peer has closed the connection. Curl's own protection changes the whole process's
// handler, which threads cannot do; a mask belongs to one thread.
#pragma once

#include <pthread.h>

#include <csignal>
#include <ctime>

namespace sluice::http {

class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigset_t block = Set();
    pthread_sigmask(SIG_BLOCK, &block, &before_);
  }
  ~SigpipeGuard() {
    sigset_t set = Set();
    // One that was raised meanwhile must be taken, or it would arrive with the old mask.
    if (!was_pending_) {
      const timespec now{};
      while (sigtimedwait(&set, nullptr, &now) == SIGPIPE) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  static sigset_t Set() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
  }
  sigset_t before_;
  bool was_pending_;
};

}  // namespace sluice::http
