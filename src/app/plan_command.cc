// sluice plan: the dry run of a load.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <thread>

#include "app/command.h"
#include "app/plan.h"
#include "app/system_registry.h"
#include "app/target.h"
#include "engine/store_set.h"
#include "ledger/import_ledger.h"
#include "table/qualified_name.h"

namespace sluice {
namespace {

constexpr uint64_t kLinesMax = 1000;

// Asks a ledger, where there is one, what it would do with each page of the listing.
class Foresight {
 public:
  Foresight(const LoadRequest& load, const Invocation& call) {
    std::optional<Target> target = RunningTarget(call.settings);
    if (!target) return;
    database_.emplace(OpenDatabase(*target, call.settings, "plan", call.stop));
    try {
      ledger_.emplace(OpenLedger(*database_));
    } catch (const Error& error) {
      if (error.code() != "ledger-absent" && error.code() != "migration-due") throw;
      return;
    }
    if (auto found = FindImport(*ledger_, load.options.system, ImportScope(load.options))) {
      import_ = *found;
    }
  }

  bool asked() const { return ledger_.has_value(); }
  // Null where there is no ledger.
  const Database* database() const { return ledger_ ? &*database_ : nullptr; }

  // In the page's order; ignored objects count as to be loaded.
  std::vector<Foreseen> Ask(const std::vector<Listed>& page) {
    std::vector<Foreseen> all(page.size(), Foreseen::kLoad);
    if (!ledger_) return all;
    std::vector<NewJob> jobs;
    std::vector<size_t> places;
    for (size_t i = 0; i < page.size(); ++i) {
      if (page[i].where.label.empty()) continue;
      jobs.push_back({page[i].where.target, page[i].where.label, page[i].object, ""});
      places.push_back(i);
    }
    std::vector<Foreseen> answers = Foresee(*ledger_, import_, jobs);
    for (size_t i = 0; i < places.size(); ++i) all[places[i]] = answers[i];
    return all;
  }

  // Of the tables that are there, by name.
  std::map<std::string, TableSize> Measure(const PlanTotals& totals) {
    std::map<std::string, TableSize> sizes;
    for (const auto& [table, line] : totals.by_table) {
      std::optional<uint32_t> relation;
      if (ledger_) relation = FindTable(*ledger_, table);
      if (relation) sizes[table] = MeasureTable(*ledger_, *relation);
    }
    return sizes;
  }

 private:
  std::optional<Database> database_;
  std::optional<pg::Connection> ledger_;
  ImportId import_;
};

ExitCode RunPlan(const Invocation& call) {
  const std::string& name = call.one("SYSTEM");
  LoadRequest load = MakeLoadRequest(name, call.all("SOURCE"), call.settings);
  return Plan(*RequestSystem(load, call.settings, call.stop), load, call);
}

}  // namespace

ExitCode Plan(const System& system, const LoadRequest& load, const Invocation& call) {
  const Settings& settings = call.settings;
  Foresight foresight(load, call);
  StoreSet stores(load.options, load.urls, call.stop, {.ledger = foresight.database()});
  PlanTotals totals;
  totals.ledger_asked = foresight.asked();
  uint64_t lines = 0;
  ListObjects(stores, load.options, system, call.stop, [&](std::vector<Listed>&& page) {
    std::vector<Foreseen> foreseen = foresight.Ask(page);
    for (size_t i = 0; i < page.size(); ++i) {
      PlannedObject object = PlanObject(page[i], foreseen[i], load.options.changed);
      totals.Add(object, foreseen[i]);
      if (object.action == PlannedObject::Action::kIgnore && system.caller() != nullptr) {
        ++totals.ignored_because[object.why];
      }
      if (settings.json) {
        fmt::print("{}\n", PlanJson(object));
      } else if (++lines <= kLinesMax && !settings.quiet) {
        fmt::print("{}", PlanLine(object));
      }
    }
  });
  auto cores = static_cast<int>(std::thread::hardware_concurrency());
  std::vector<std::string> hints = PlanHints(totals, settings, cores);
  std::ranges::move(AsideHints(totals, foresight.Measure(totals), settings.aside),
                    std::back_inserter(hints));
  if (settings.json) {
    fmt::print("{}\n", PlanTotalsJson(totals, hints));
  } else if (!settings.quiet) {
    if (lines > kLinesMax) fmt::print("... and {} more (--json lists all)\n", lines - kLinesMax);
    fmt::print("{}", PlanTotalsText(totals, hints));
    for (const std::string& note : system.Notes()) fmt::print("{}\n", note);
  }
  return ExitCode::kDone;
}

Command PlanCommand() {
  Command command = LoadCommand();
  command.name = "plan";
  command.summary = "dry run: what would be loaded, skipped and ignored, and why";
  command.details =
      "Lists the source and asks the ledger, where there is one; changes and starts nothing.";
  command.run = RunPlan;
  return command;
}

}  // namespace sluice
