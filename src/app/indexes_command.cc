// sluice indexes: what is put aside, and putting aside and restoring by hand.
#include <fmt/format.h>

#include <algorithm>

#include "app/as_json.h"
#include "app/command.h"
#include "app/complain.h"
#include "app/missing_part.h"
#include "app/system_registry.h"
#include "app/table_choice.h"
#include "app/target.h"
#include "app/text.h"
#include "engine/set_aside.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "Without an argument: what is aside, and what could not come back; with -v also what stands\n"
    "again. aside: drops the indexes of --table until `indexes restore`, also its primary key and\n"
    "foreign keys where that is asked for; with --foreign-keys alone, these alone, of every table\n"
    "unless --table says which. restore: brings back all that no running import holds, of --table\n"
    "only or of every table. --table SCHEMA.* is every table of a schema.";

class IndexesCall {
 public:
  explicit IndexesCall(const Invocation& call)
      : call_(call),
        settings_(call.settings),
        database_(OpenDatabase(FindTargetOrThrow(settings_), settings_, "indexes", call.stop)),
        ledger_(OpenLedger(database_)) {}

  ExitCode List() {
    std::vector<SetAsideRow> rows = AsideAndFlawed(ledger_, settings_.verbose > 0);
    if (!choice_.is_all()) {
      std::erase_if(rows, [&](const SetAsideRow& r) { return !choice_.Includes(TableOf(r.part)); });
    }
    TextTable table;
    table.Add({"TABLE", "INDEX", "KIND", "STATE", "ASIDE SINCE", "ERROR"});
    for (const SetAsideRow& row : rows) {
      if (settings_.json) fmt::print("{}\n", MissingPartJson({row, {}}));
      table.Add({Printable(TableOf(row.part)), Printable(row.part.name),
                 std::string(ToString(row.part.kind)), row.state,
                 row.aside_at.substr(0, row.aside_at.find('.')), Printable(row.error_message)});
    }
    if (settings_.json) return ExitCode::kDone;
    fmt::print("{}", rows.empty() ? "nothing is put aside\n" : table.Render());
    return ExitCode::kDone;
  }

  ExitCode Aside() {
    bool keys_alone = settings_.aside.foreign_keys && !settings_.aside.primary_key;
    if (choice_.is_all() && !keys_alone) {
      throw Fault("usage", "indexes aside needs a table").With(Scope::kRun).Remedy("add --table");
    }
    pg::PartKinds kinds{.indexes = !keys_alone,
                        .primary_key = settings_.aside.primary_key,
                        .foreign_keys = settings_.aside.foreign_keys};
    size_t dropped = 0;
    for (uint32_t relation : choice_.Relations(ledger_, keys_alone)) {
      dropped += TakeHold(ledger_, kByHand, relation, kinds, "", {}, call_.stop);
    }
    if (settings_.json) {
      fmt::print("{{\"aside\": {}}}\n", dropped);
    } else if (!settings_.quiet) {
      bool all = choice_.is_all();
      fmt::print("put aside: {}{}\nnext: sluice indexes restore{}\n", Counted(dropped, "part"),
                 all ? "" : " of " + choice_.Qualified(),
                 all ? "" : " --table " + choice_.Quoted());
    }
    return ExitCode::kDone;
  }

  ExitCode Restore() {
    for (uint32_t relation : choice_.HeldByHand(ledger_))
      ReleaseHold(ledger_, kByHand, relation, {}, call_.stop);
    ExitCode exit = ExitCode::kDone;
    for (const AsideTable& table : FindTablesToRestore(ledger_)) {
      if (!choice_.Includes(table.name)) continue;
      if (!RestoreOne(table)) exit = ExitCode::kObjectsFailed;
    }
    for (const SetAsideRow& row : ListSetAside(ledger_, false)) {
      if (choice_.Includes(TableOf(row.part)) && row.error_code.empty()) {
        Notice(settings_.quiet,
               fmt::format("{} stays aside: a running import holds {}", Printable(row.part.name),
                           Printable(TableOf(row.part))));
      }
    }
    return exit;
  }

 private:
  static Target FindTargetOrThrow(const Settings& settings) {
    std::optional<Target> target = FindTarget(settings);
    if (!target) throw LedgerAbsent();
    return *target;
  }

  // True if all of it stands.
  bool RestoreOne(const AsideTable& table) {
    SystemMaker make_system = MakeSystem;
    pg::Connection session = database_.ConnectPatiently(Database::Use::kControl);
    std::vector<PartFlaw> flaws = BringBack({database_, make_system, call_.stop}, session,
                                            table.relation, settings_.policy.on_duplicate);
    std::vector<SetAsideRow> rows = ListFlawed(ledger_);
    std::erase_if(rows, [&](const SetAsideRow& row) { return TableOf(row.part) != table.name; });
    std::vector<MissingPart> missing = MissingParts(rows, flaws);
    if (settings_.json) {
      for (const MissingPart& part : missing) fmt::print("{}\n", MissingPartJson(part));
    } else {
      fmt::print("{}", MissingPartsText(missing));
      if (missing.empty() && !settings_.quiet) {
        fmt::print("restored: {}\n", Printable(table.name));
      }
    }
    return missing.empty();
  }

  const Invocation& call_;
  const Settings& settings_;
  const TableChoice choice_{settings_.table};
  Database database_;
  pg::Connection ledger_;
};

ExitCode Indexes(const Invocation& call) {
  IndexesCall indexes(call);
  const std::string& what = call.one("aside|restore");
  if (what == "aside") return indexes.Aside();
  return what == "restore" ? indexes.Restore() : indexes.List();
}

}  // namespace

Command IndexesCommand() {
  return {.name = "indexes",
          .summary = "indexes and keys that are put aside; put them aside or restore them",
          .details = kDetails,
          .arguments =
              {{"aside|restore", "what to do", Argument::Count::kOptional, {"aside", "restore"}}},
          .options = {"into", "table", "primary-key", "foreign-keys", "on-duplicate", "config",
                      "json", "quiet", "verbose"},
          .run = Indexes};
}

}  // namespace sluice
