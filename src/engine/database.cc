#include "engine/database.h"

#include <algorithm>

#include "base/backoff.h"
#include "base/deadline.h"
#include "base/log.h"
#include "engine/limits.h"

namespace sluice {
namespace {

// lz4 costs the server a third of pglz's time; a column that names its own method keeps it.
constexpr char kPreferLz4[] =
    "SELECT set_config(name, 'lz4', false) FROM pg_settings "
    "WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)";

}  // namespace

pg::Connection Database::Connect(Use use) const {
  pg::ConnectOptions connect;
  connect.url = options_.url;
  connect.application_name = options_.application_name;
  connect.connect_timeout = limits::kDatabaseConnectTimeout;
  connect.silence_max = options_.silence_max;
  // A wait for a lock must not look like a silent server.
  auto lock_timeout = std::min(limits::kLockTimeout, options_.silence_max / 2);
  // The ledger's statements are short: compiling them first costs many times what they take.
  connect.settings = {{"lock_timeout", std::to_string(lock_timeout.count())},
                      {"jit", "off"},
                      {"synchronous_commit", use == Use::kControl ? "on" : "off"}};
  pg::Connection connection = pg::Connection::Open(connect, stop_);
  if (use == Use::kLoad) connection.Exec(kPreferLz4);
  return connection;
}

Database Database::WithoutStop() const {
  static const Stop never;
  return {options_, never};
}

pg::Connection Database::ConnectPatiently(Use use, const Stop& over) const {
  Deadline deadline = Deadline::After(options_.away_max);
  Backoff backoff(limits::kReconnectBackoffFirst, limits::kReconnectBackoffCap);
  for (;;) {
    try {
      return Connect(use);
    } catch (Error& error) {
      if (stop_.requested() || over.requested()) throw;
      error.With(Scope::kRun);
      if (error.retry() == Retry::kNever || deadline.passed()) throw;
      Log(LogLevel::kInfo, "the database is away, trying again: " + error.message());
    }
    over.SleepFor(backoff.Next());
    stop_.ThrowIfRequested();
  }
}

}  // namespace sluice
