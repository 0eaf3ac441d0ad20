// The intents and outcomes of calls, as the threads of an import write them into the ledger: those
// that come at one time in one transaction.
#pragma once

#include <optional>
#include <vector>

#include "engine/joint_write.h"
#include "engine/limits.h"
#include "ledger/call.h"
#include "ledger/settle.h"
#include "pg/connection.h"

namespace sluice {

class CallBook {
 public:
  // As BeginCalls and SettleCallDone of ledger/call.h, on the caller's session or another thread's.
  std::optional<CallId> Begin(pg::Connection& connection, const NewCall& call);
  bool SettleDone(pg::Connection& connection, const DoneCall& call, uint32_t relation,
                  const Disposition& disposition);

 private:
  JointWrite<NewCall, std::optional<CallId>> begin_{limits::kCallsTogether};
  JointWrite<DoneCall, bool> done_{limits::kCallsTogether};
};

}  // namespace sluice
