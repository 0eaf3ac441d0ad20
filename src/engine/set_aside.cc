#include "engine/set_aside.h"

#include <algorithm>
#include <iterator>

#include "base/crash_point.h"
#include "table/inspect_parts.h"
#include "table/put_aside.h"
#include "table/relation_lock.h"

namespace sluice {
namespace {

class LedgerKeeper : public PartKeeper {
 public:
  void Started(pg::Connection& connection, const pg::TablePart& part) override {
    MarkRestoreStarted(connection, part);
  }
  void Standing(pg::Connection& connection, const pg::TablePart& part, const Error* flaw) override {
    MarkRestored(connection, part, flaw);
  }
  void Failed(pg::Connection& connection, const pg::TablePart& part, const Error& error) override {
    MarkRestoreFailed(connection, part, error);
  }
};

}  // namespace

size_t TakeHold(pg::Connection& connection, ImportId import, uint32_t relation, pg::PartKinds kinds,
                const std::string& target, const LockPatience& patience, const Stop& stop) {
  Deadline deadline = Deadline::After(patience.total);
  RelationLock lock(connection, relation, stop, deadline);
  size_t dropped = 0;
  WithPatience(connection, patience, deadline, stop, "SET LOCAL synchronous_commit = on", [&] {
    std::vector<pg::TablePart> parts = InspectParts(connection, relation, kinds);
    TakeHoldRow(connection, import, relation, kinds, target);
    if (!parts.empty()) {
      LockTableForDrop(connection, relation);
      parts = InspectParts(connection, relation, kinds);
      RecordAside(connection, parts);
      DropParts(connection, parts);
    }
    dropped = parts.size();
    CrashPoint("parts-dropped");
  });
  CrashPoint("hold-taken");
  return dropped;
}

bool ReleaseHold(pg::Connection& connection, ImportId import, uint32_t relation,
                 const LockPatience& patience, const Stop& stop) {
  bool last = false;
  WithPatience(connection, patience, Deadline::After(patience.total), stop, "",
               [&] { last = ReleaseHoldRow(connection, import, relation); });
  CrashPoint("hold-released");
  return last;
}

std::vector<PartOutcome> RestoreTable(pg::Connection& session,
                                      const std::function<pg::Connection()>& connect,
                                      uint32_t relation, const RestoreOptions& options,
                                      const Stop& stop) {
  RelationLock lock(session, relation, stop, Deadline::After(options.patience.total));
  DropDeadHolds(session, relation);
  LedgerKeeper keeper;
  std::vector<PartOutcome> outcomes;
  auto tried = [&](const pg::TablePart& part) {
    return std::ranges::any_of(outcomes, [&](const PartOutcome& o) { return o.part == part; });
  };
  // What was held by the other table of a foreign key may be free by the end of a round.
  for (;;) {
    std::vector<pg::TablePart> parts = RestorableParts(session, relation);
    std::erase_if(parts, tried);
    if (parts.empty()) return outcomes;
    std::vector<PartOutcome> round = RestoreParts(session, connect, parts, keeper, options, stop);
    std::ranges::move(round, std::back_inserter(outcomes));
  }
}

}  // namespace sluice
