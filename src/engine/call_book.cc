#include "engine/call_book.h"

namespace sluice {

std::optional<CallId> CallBook::Begin(pg::Connection& connection, const NewCall& call) {
  auto begun = begin_.Add(
      call, [&](std::span<const NewCall> calls) { return BeginCalls(connection, calls); });
  return begun ? *begun : BeginCalls(connection, {&call, 1}).front();
}

bool CallBook::SettleDone(pg::Connection& connection, const DoneCall& call, uint32_t relation,
                          const Disposition& disposition) {
  auto settled = done_.Add(call, [&](std::span<const DoneCall> calls) {
    return std::vector<bool>(calls.size(),
                             SettleCallsDone(connection, calls, relation, disposition));
  });
  return (settled && *settled) || SettleCallDone(connection, call, relation, disposition);
}

}  // namespace sluice
