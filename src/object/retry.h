// Trying again what failed for a passing reason: full jitter between tries, and a budget over all
// callers.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>

#include "base/backoff.h"
#include "base/error.h"
#include "base/log.h"
#include "base/stop.h"

namespace sluice {

struct RetryPolicy {
  int attempts_max;
  std::chrono::milliseconds backoff_first;
  std::chrono::milliseconds backoff_cap;
};

// How many retries may still be made: failures spend, successes earn. When much fails at once the
// budget ends, and a server in trouble is left alone instead of being asked several times for
// everything.
class RetryBudget {
 public:
  // False if there is nothing left to spend.
  bool Spend() {
    std::lock_guard lock(mutex_);
    if (tokens_ < kRetryCost) return false;
    tokens_ -= kRetryCost;
    return true;
  }
  void Earn() {
    std::lock_guard lock(mutex_);
    tokens_ = std::min(kTokensMax, tokens_ + 1);
  }

 private:
  // As AWS's SDKs have it in their standard mode: 100 retries in a row, one earned per 5 successes.
  static constexpr int kTokensMax = 500;
  static constexpr int kRetryCost = 5;
  std::mutex mutex_;
  int tokens_ = kTokensMax;
};

// True if `error` may pass by itself; an interruption may, but not for this caller.
inline bool MayPass(const Error& error) {
  return error.retry() == Retry::kLater && error.code() != "interrupted";
}

// What `call` returns; or its last Error, or "interrupted".
template <class Call>
auto Retrying(const RetryPolicy& policy, RetryBudget& budget, const Stop& stop, Call call) {
  Backoff backoff(policy.backoff_first, policy.backoff_cap);
  for (int attempt = 1;; ++attempt) {
    try {
      auto result = call();
      budget.Earn();
      return result;
    } catch (const Error& error) {
      if (!MayPass(error) || attempt >= policy.attempts_max || !budget.Spend()) throw;
      Log(LogLevel::kDebug, fmt::format("attempt {} failed: {}", attempt, error.what()));
    }
    stop.SleepFor(backoff.Next());
    stop.ThrowIfRequested();
  }
}

}  // namespace sluice
