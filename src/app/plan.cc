#include "app/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/summary.h"
#include "app/text.h"
#include "base/unit.h"

namespace sluice {

using Action = PlannedObject::Action;

std::string_view ToString(Action action) {
  switch (action) {
    case Action::kLoad:
      return "load";
    case Action::kReload:
      return "reload";
    case Action::kSkip:
      return "skip";
    case Action::kFail:
      return "fail";
    case Action::kIgnore:
      return "ignore";
  }
  return "?";
}

namespace {

void Decide(Foreseen foreseen, ChangedPolicy changed, PlannedObject& planned) {
  switch (foreseen) {
    case Foreseen::kLoad:
      planned.action = Action::kLoad;
      planned.why = "new";
      return;
    case Foreseen::kAlreadyLoaded:
      planned.action = Action::kSkip;
      planned.why = "already loaded";
      return;
    case Foreseen::kDead:
      planned.action = Action::kSkip;
      planned.why = "failed before; sluice retry would try it again";
      return;
    case Foreseen::kChanged:
      break;
  }
  switch (changed) {
    case ChangedPolicy::kError:
      planned.action = Action::kFail;
      planned.why = "changed since it was loaded";
      return;
    case ChangedPolicy::kSkip:
    case ChangedPolicy::kKeep:
      planned.action = Action::kSkip;
      planned.why = "changed since it was loaded; the loaded version stays";
      return;
    case ChangedPolicy::kReload:
      planned.action = Action::kReload;
      planned.why = "changed since it was loaded; this version replaces the loaded one";
      return;
  }
}

bool LooksPacked(std::string_view key) {
  return std::ranges::any_of(std::array{".gz", ".gzip", ".zst", ".zstd", ".bz2"},
                             [&](std::string_view end) { return key.ends_with(end); });
}

bool Loads(Action action) { return action == Action::kLoad || action == Action::kReload; }

}  // namespace

PlannedObject PlanObject(const Listed& listed, Foreseen foreseen, ChangedPolicy changed) {
  PlannedObject planned;
  planned.object = ToString(listed.object.ref);
  planned.key = listed.object.ref.key;
  planned.size_bytes = listed.object.size_bytes;
  if (listed.where.label.empty()) {
    planned.action = Action::kIgnore;
    planned.why = listed.where.why_not;
    return planned;
  }
  planned.label = listed.where.label;
  planned.table = TableOfTarget(listed.where.target);
  Decide(foreseen, changed, planned);
  return planned;
}

void PlanTotals::Add(const PlannedObject& object, Foreseen foreseen) {
  auto add = [&](Line& line) {
    ++line.objects;
    line.bytes += object.size_bytes;
    line.unpacked_bytes += object.size_bytes * (LooksPacked(object.key) ? limits::kPackedRatio : 1);
  };
  add(by_action[object.action]);
  if (object.action == Action::kIgnore) return;
  dead += foreseen == Foreseen::kDead ? 1 : 0;
  changed += foreseen == Foreseen::kChanged ? 1 : 0;
  if (!Loads(object.action)) return;
  add(by_label[object.label]);
  add(by_table[object.table]);
  largest_bytes = std::max(largest_bytes, object.size_bytes);
}

PlanTotals::Line PlanTotals::of(Action action) const {
  auto found = by_action.find(action);
  return found == by_action.end() ? Line{} : found->second;
}

std::vector<std::string> PlanHints(const PlanTotals& totals, const Settings& settings, int cores) {
  std::vector<std::string> hints;
  PlanTotals::Line load;
  for (Action action : {Action::kLoad, Action::kReload}) {
    load.objects += totals.of(action).objects;
    load.bytes += totals.of(action).bytes;
  }
  auto threads = static_cast<uint64_t>(settings.threads);
  if (load.objects != 0 && load.objects < threads) {
    hints.push_back(
        fmt::format("--threads {}: there are no more objects than that to load", load.objects));
  } else if (load.objects > threads && settings.threads < cores) {
    hints.push_back(fmt::format("--threads {}: this machine has so many cores",
                                std::min<uint64_t>(load.objects, static_cast<uint64_t>(cores))));
  }
  if (load.objects > threads && threads > 1 && totals.largest_bytes > load.bytes / threads) {
    hints.push_back(
        fmt::format("smaller objects: one object is one thread's, and the largest holds {} of {}",
                    FormatBytes(totals.largest_bytes), FormatBytes(load.bytes)));
  }
  if (settings.order == Order::kByLastModified && threads > 1) {
    hints.emplace_back("--threads 1: by-last-modified is strict with one thread only");
  }
  if (totals.changed != 0 && settings.changed == ChangedPolicy::kError) {
    hints.push_back(fmt::format("--changed reload or skip: {} changed since the load",
                                Counted(totals.changed, "object")));
  }
  if (totals.dead != 0) {
    hints.push_back(fmt::format("sluice retry: {} failed before and will be left aside",
                                Counted(totals.dead, "object")));
  }
  return hints;
}

std::vector<std::string> AsideHints(const PlanTotals& totals,
                                    const std::map<std::string, TableSize>& sizes,
                                    const AsideOptions& options) {
  using Indexes = AsideOptions::Indexes;
  std::vector<std::string> hints;
  for (const auto& [table, size] : sizes) {
    auto line = totals.by_table.find(table);
    if (line == totals.by_table.end() || size.indexes == 0) continue;
    CostVerdict verdict = PaysToSetAside(size, line->second.unpacked_bytes);
    if (verdict.pays && !options.any()) {
      hints.push_back(
          fmt::format("--set-aside-indexes=auto --set-aside-primary-key: setting aside pays for "
                      "{}: {}",
                      Printable(table), verdict.reason));
    } else if (!verdict.pays && options.any() && options.indexes != Indexes::kAuto) {
      hints.push_back(fmt::format("--set-aside-indexes=auto: setting aside does not pay for {}: {}",
                                  Printable(table), verdict.reason));
    }
  }
  return hints;
}

std::string PlanLine(const PlannedObject& object) {
  std::string line = fmt::format("{:<7} {:>9}  {}", ToString(object.action),
                                 FormatBytes(object.size_bytes), Printable(object.object));
  if (!object.table.empty()) line += " -> " + Printable(object.table);
  return line + fmt::format("  ({})\n", Printable(object.why));
}

std::string PlanTotalsText(const PlanTotals& totals, const std::vector<std::string>& hints) {
  std::string text;
  TextTable table("  ");
  for (const auto& [label, line] : totals.by_label) {
    table.Add({Printable(label), Counted(line.objects, "object"), FormatBytes(line.bytes)});
  }
  if (!totals.by_label.empty()) text += "would be loaded:\n" + table.Render();
  text += "objects:";
  for (Action action :
       {Action::kLoad, Action::kReload, Action::kSkip, Action::kFail, Action::kIgnore}) {
    uint64_t objects = totals.of(action).objects;
    bool seldom = action == Action::kReload || action == Action::kFail;
    if (seldom && objects == 0) continue;
    text += fmt::format("{} {} to {}", action == Action::kLoad ? "" : ",", FormatCount(objects),
                        ToString(action));
  }
  text += "\n";
  for (const auto& [why, count] : totals.ignored_because) {
    text += fmt::format("  {} to ignore: {}\n", FormatCount(count), Printable(why));
  }
  if (!totals.ledger_asked) text += "there is no ledger yet, so every object counts as new\n";
  if (!hints.empty()) text += "settings worth changing:\n";
  for (const std::string& hint : hints) text += "  " + hint + "\n";
  return text;
}

}  // namespace sluice
