// The other line: one object, from its examination to the settled call. The intent is committed
// before the call is made, its outcome after it, so that a crash at any point leaves a call that is
// known to be open, and never one that is not known (house promise 7).
#pragma once

#include <atomic>

#include "base/stop.h"
#include "engine/breaker.h"
#include "engine/call_book.h"
#include "engine/caller.h"
#include "engine/database.h"
#include "engine/load_options.h"
#include "engine/meter.h"
#include "engine/pace.h"
#include "engine/store_set.h"
#include "engine/system.h"
#include "ledger/job.h"
#include "pg/connection.h"

namespace sluice {

struct CallContext {
  Caller& caller;
  const Database& database;
  const LoadOptions& options;
  StoreSet& stores;
  pg::Connection& connection;  // this thread's own
  const TargetTable& table;    // of calls
  Meter& meter;
  Pace& pace;
  Breaker& breaker;
  CallBook& book;
  const Stop& stop;  // the user's
  const Stop& over;  // the supervisor's: what has not begun shall not
  const std::atomic<bool>& lease_lost;
};

// Calls about the job's object, if that is what it needs, and settles the job. Errors: of every
// room it crosses, before the call was made; then the caller settles. "lease-lost" also after it:
// then the call stays open, and whoever has the job finds it.
void CallObject(const CallContext& context, const Job& job);

}  // namespace sluice
