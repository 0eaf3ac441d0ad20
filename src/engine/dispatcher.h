// Carries out the outbox in a thread of its own: moves and tags objects whose loads are durable,
// and tells others of them (house promise 7). Every deed is repeatable.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/stop.h"
#include "engine/bell.h"
#include "engine/database.h"
#include "engine/load_options.h"
#include "engine/notifier.h"
#include "engine/run_fault.h"
#include "engine/store_set.h"
#include "engine/system.h"
#include "ledger/outbox.h"
#include "pg/connection.h"

namespace sluice {

// "leave", "move:s3://bucket/[prefix]" or "tag:NAME=VALUE". Errors (kRun): "then-invalid".
Disposition ParseDisposition(const std::string& text);

// What an import's dispatchers share. Everything outlives them.
struct DispatchShared {
  const Database& database;
  const System& system;
  const LoadOptions& options;
  StoreSet& stores;
  RunFault& fault;
  Bell& news;        // rung when nothing is due any more
  const Stop& stop;  // the user's
  ImportId import;
  WorkerId worker;
};

class Dispatcher {
 public:
  explicit Dispatcher(const DispatchShared& shared);
  ~Dispatcher() { End(); }

  void Start() {
    thread_ = std::thread([this] { Run(); });
  }
  void End();
  // Whether something was due when it was looked last.
  bool busy() const { return busy_; }

  // Carries out what is due now on `connection` (a kControl session: its claim is the durability
  // barrier); returns how many.
  int RunDue(pg::Connection& connection);
  // Tells whoever is to be told that nothing is left to do. A telling that fails is only logged.
  void TellDrained(pg::Connection& connection) noexcept;

 private:
  struct Outcome {
    bool overwritten = false;
    std::optional<Error> error;
  };
  // By item; nothing where the user's stop came first.
  using Outcomes = std::vector<std::optional<Outcome>>;

  void Run() noexcept;
  Outcomes CarryOut(const std::vector<OutboxItem>& items);
  std::optional<Outcome> CarryOutOne(const OutboxItem& item);
  void SettleAll(pg::Connection& connection, const std::vector<OutboxItem>& items,
                 const Outcomes& outcomes);
  void Settle(pg::Connection& connection, const OutboxItem& item, const Outcome& outcome);
  Notice NoticeOf(const OutboxItem& item) const;

  const DispatchShared shared_;
  Notifier notifier_;
  Stop over_;
  std::atomic<bool> busy_{false};
  std::thread thread_;
};

}  // namespace sluice
