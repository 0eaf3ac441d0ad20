// Sessions with the target database, with the settings that loading wants, and patience while it is
// away.
#pragma once

#include <chrono>
#include <string>

#include "base/stop.h"
#include "pg/connection.h"

namespace sluice {

struct DatabaseOptions {
  std::string url;
  std::string application_name;
  std::chrono::milliseconds silence_max;
  std::chrono::milliseconds away_max;
};

class Database {
 public:
  enum class Use {
    kControl,  // the ledger: every commit is flushed
    kLoad,     // loads, claims and heartbeats: flushed only where a transaction asks for it
  };

  // `stop` ends every wait of the sessions; it must outlive them.
  Database(DatabaseOptions options, const Stop& stop) : options_(std::move(options)), stop_(stop) {}

  // One try.
  pg::Connection Connect(Use use) const;
  // Tries until away_max has passed, or until `over` is requested. Errors: the last one, with
  // Scope::kRun.
  pg::Connection ConnectPatiently(Use use) const { return ConnectPatiently(use, stop_); }
  pg::Connection ConnectPatiently(Use use, const Stop& over) const;
  // The same database for last words, which the stop does not end.
  Database WithoutStop() const;
  const DatabaseOptions& options() const { return options_; }

 private:
  DatabaseOptions options_;
  const Stop& stop_;
};

}  // namespace sluice
