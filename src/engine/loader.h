// One loader thread: claims jobs, loads them, settles what the load itself did not.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/bell.h"
#include "engine/breaker.h"
#include "engine/call_book.h"
#include "engine/database.h"
#include "engine/heartbeat.h"
#include "engine/load_object.h"
#include "engine/load_permits.h"
#include "engine/read_ahead.h"
#include "engine/run_fault.h"
#include "engine/store_set.h"
#include "engine/table_holds.h"
#include "engine/target_tables.h"

namespace sluice {

// What the loader threads of one import share. Everything outlives the threads.
struct LoaderShared {
  const Database& database;
  const System& system;
  const LoadOptions& options;
  StoreSet& stores;
  TargetTables& tables;
  TableHolds& holds;
  Pools& pools;
  Meter& meter;
  Heartbeat& heartbeat;
  RunFault& fault;
  const Stop& stop;  // the user's: ends waits inside loads
  const Stop& over;  // the supervisor's: no more claims
  const Bell& bell;  // rings when there is more to claim, and when it is over
  Bell& news;        // rung when none of the loaders has anything to do any more
  ImportId import;
  WorkerId worker;
  std::vector<std::string> only_at;
  std::atomic<int>& connected;  // loaders that have a session
  std::atomic<int>& at_work;    // loaders whose last claim brought something
  Pace& pace;
  Breaker& breaker;      // before calls to the system that is told of objects
  CallBook& book;        // of such calls
  LoadPermits* permits;  // of the process, where it works at several imports; else null
};

class Loader {
 public:
  Loader(const LoaderShared& shared, int thread)
      : shared_(shared), thread_(thread), ahead_(shared.stores, shared.pools, shared.stop) {}

  // Until over or stop. A fault of the run goes into shared.fault. Never throws.
  void Run() noexcept;

 private:
  // What became of one try at a job.
  enum class Next { kSettled, kAgain };

  void Connect();
  void Reconnect();
  void WorkPatiently();
  void Work();
  bool LoadNext();  // false: there was nothing to claim
  void ClaimMore();
  Order NextOrder();
  bool IsOurs(const ClaimedJob& claimed);
  bool makes_calls() const { return shared_.system.caller() != nullptr; }
  void Load(const ClaimedJob& claimed);
  Next TryLoad(const Job& job, const std::atomic<bool>& lease_lost);
  void Tell(Caller& caller, const Job& job, const TargetTable& table,
            const std::atomic<bool>& lease_lost);
  Next AfterError(const Job& job, const Error& error, const LoadReport& report);
  Next WaitForTable(const Job& job);
  void SettleReport(const Job& job, const LoadReport& report);
  void SettleError(const Job& job, Error error, const LoadReport& report);
  void WaitForTurn(uint64_t heard);
  void SetAtWork(bool at_work);
  void GiveBackWaiting();

  const LoaderShared& shared_;
  const int thread_;
  std::optional<pg::Connection> connection_;
  std::string backend_start_;
  ReadAhead ahead_;
  int uncertain_tries_ = 0;
  unsigned claims_ = 0;
  bool at_work_ = false;
};

}  // namespace sluice
