#include "table/lock_patience.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/backoff.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

bool IsContention(const Error& error) { return error.code() == "55P03" || error.code() == "40P01"; }

}  // namespace

void WithPatience(pg::Connection& connection, const LockPatience& patience, Deadline deadline,
                  const Stop& stop, const std::string& settings,
                  const std::function<void()>& action) {
  Backoff backoff(std::chrono::milliseconds(50), std::chrono::milliseconds(1000));
  std::chrono::milliseconds wait = patience.first;
  for (;;) {
    try {
      pg::Transaction tx(connection, fmt::format("SET LOCAL lock_timeout = {}{}{}", wait.count(),
                                                 settings.empty() ? "" : "; ", settings));
      action();
      return tx.Commit();
    } catch (const Error& error) {
      if (!IsContention(error) || deadline.passed()) throw;
    }
    wait = std::min(2 * wait, patience.cap);
    if (stop.SleepFor(backoff.Next())) stop.ThrowIfRequested();
  }
}

}  // namespace sluice
