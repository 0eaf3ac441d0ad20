// The dry run: what a load would do with each object, and why.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/load_request.h"
#include "engine/lister.h"
#include "ledger/queue.h"
#include "table/aside_cost.h"

namespace sluice {

struct PlannedObject {
  enum class Action { kLoad, kReload, kSkip, kFail, kIgnore };
  Action action = Action::kLoad;
  std::string why;
  std::string label, table;  // empty: ignored
  std::string object, key;
  uint64_t size_bytes = 0;
};

std::string_view ToString(PlannedObject::Action action);

PlannedObject PlanObject(const Listed& listed, Foreseen foreseen, ChangedPolicy changed);

struct PlanTotals {
  struct Line {
    uint64_t objects = 0;
    uint64_t bytes = 0;
    uint64_t unpacked_bytes = 0;  // an estimate
  };
  std::map<PlannedObject::Action, Line> by_action;
  std::map<std::string, Line> by_label;             // of what would be loaded
  std::map<std::string, Line> by_table;             // likewise
  std::map<std::string, uint64_t> ignored_because;  // where reasons are told; see Plan
  uint64_t largest_bytes = 0;                       // likewise
  uint64_t dead = 0;
  uint64_t changed = 0;
  bool ledger_asked = false;  // false: there is no ledger yet, so everything counts as new

  void Add(const PlannedObject& object, Foreseen foreseen);
  Line of(PlannedObject::Action action) const;
};

// Settings worth changing, a sentence each.
std::vector<std::string> PlanHints(const PlanTotals& totals, const Settings& settings, int cores);

// Whether putting indexes aside pays, a sentence for each table whose size is known
// ("schema.table").
std::vector<std::string> AsideHints(const PlanTotals& totals,
                                    const std::map<std::string, TableSize>& sizes,
                                    const AsideOptions& options);

std::string PlanLine(const PlannedObject& object);
std::string PlanTotalsText(const PlanTotals& totals, const std::vector<std::string>& hints);
std::string PlanJson(const PlannedObject& object);
std::string PlanTotalsJson(const PlanTotals& totals, const std::vector<std::string>& hints);

// Lists, foresees and prints.
ExitCode Plan(const System& system, const LoadRequest& load, const Invocation& call);

}  // namespace sluice
