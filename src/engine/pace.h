// How fast the loads of this process may go: what the import's rate and the pressure that it may
// cause allow. Where neither was given it costs nothing, no session and no thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/stop.h"
#include "bytes/byte_source.h"
#include "engine/database.h"
#include "engine/load_options.h"
#include "engine/pressure_gate.h"
#include "engine/rate_gate.h"
#include "engine/run_fault.h"
#include "ledger/throttle.h"
#include "record/record_block.h"

namespace sluice {

// Writes into the ledger what the import was asked to hold to, for all that will work on it.
void SetPace(pg::Connection& connection, ImportId import, const LoadOptions& options);

class Pace {
 public:
  // Reads from the ledger, by `connection`, what the import was given. Everything must outlive the
  // pace.
  Pace(const Database& database, pg::Connection& connection, ImportId import, WorkerId worker,
       RunFault& fault);

  bool active() const { return rate_.has_value() || pressure_.has_value(); }
  // Before an object is begun: pauses are best made here, where they hold no lock and no snapshot.
  // False if `over` or `stop` ended it. `takes_slot`: beginning an object is what a rate in objects
  // counts.
  bool AwaitTurn(const Stop& over, const Stop& stop, bool takes_slot);
  // The turn was not used: there was no object.
  void GiveTurnBack(bool took_slot);
  // Before a call is made, where calls are what a rate in objects counts. False if `heed` ended the
  // wait; what it throws ends it too.
  bool AwaitCall(const std::function<bool()>& heed);

  // The load of one object, as far as its pauses need to know it.
  struct Load {
    const Stop& stop;
    const std::atomic<bool>& lease_lost;
  };
  // Inside a load: waits where much is owed, or where a pause has come that is longer than it may
  // still go on. Errors: "interrupted", "lease-lost", and what keeps the pace from reserving
  // (kRun).
  void Take(RateUnit unit, double amount, const Load& load);
  double Slice(RateUnit unit) const;

 private:
  std::optional<Reservation> Reserve(double slots);

  const Database& database_;
  const std::string name_;
  RunFault& fault_;
  Stop over_;
  std::optional<pg::Connection> connection_;  // the rate's thread's own
  std::optional<RateGate> rate_;
  std::optional<PressureGate> pressure_;
};

// The same bytes, and the same records, no faster than the pace allows. `pace` outlives them.
std::unique_ptr<ByteSource> Paced(std::unique_ptr<ByteSource> bytes, Pace& pace,
                                  const Pace::Load& load);
std::unique_ptr<RecordReader> Paced(std::unique_ptr<RecordReader> records, Pace& pace,
                                    const Pace::Load& load);

}  // namespace sluice
