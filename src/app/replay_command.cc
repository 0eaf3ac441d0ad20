// sluice replay: bad records that were mended go into the table of their object.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "app/command.h"
#include "app/import_view.h"
#include "app/replay_lines.h"
#include "app/system_registry.h"
#include "app/target.h"
#include "app/text.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "FILE is what `sluice rejects IMPORT --format ndjson` printed, with `raw` mended; `-` reads\n"
    "standard input. Records that are still bad stay open, and the exit status is 3.";

void TellBad(const std::vector<StillBad>& bad) {
  for (const StillBad& one : bad) {
    fmt::print(stderr, "reject {}: {}\n  {}\n", one.reject, Printable(one.why),
               Printable(one.remedy));
  }
}

void ReadLines(std::istream& file, ReplayLines& lines) {
  std::string line;
  while (std::getline(file, line)) lines.Add(line);
  lines.Finish();
}

ExitCode Replay(const Invocation& call) {
  const Settings& settings = call.settings;
  ImportId id = ParseImportId(call.one("IMPORT"));
  pg::Connection ledger = OpenLedgerOf(settings, "replay", call.stop);
  Import import = FindImportOrThrow(ledger, id);
  LoadOptions options = ParseLoadOptions(import.options);
  std::unique_ptr<System> system = MakeSystem(import.system, options);
  Replayer replayer(*system, options, id, ledger);
  const std::string& name = call.one("FILE");
  auto replay = [&](const std::vector<MendedRecord>& batch, std::vector<StillBad>& bad) {
    call.stop.ThrowIfRequested();
    return replayer.Replay(batch, bad);
  };
  ReplayLines lines(name, replay, TellBad);
  if (name == "-") {
    ReadLines(std::cin, lines);
  } else {
    std::ifstream file(name);
    if (!file) {
      throw Fault("usage", fmt::format("{}: {}", name, std::strerror(errno)))
          .With(Scope::kRun)
          .Remedy("give the file that `sluice rejects IMPORT --format ndjson` printed, mended");
    }
    ReadLines(file, lines);
  }
  const ReplayCounts& counts = lines.counts();
  if (settings.json) {
    fmt::print("{}\n", ReplayJson(lines));
  } else {
    fmt::print("{} replayed, {} still bad, {} not open any more\n",
               Counted(counts.replayed, "record"), FormatCount(lines.bad()),
               FormatCount(counts.closed));
  }
  return lines.bad() == 0 ? ExitCode::kDone : ExitCode::kRejectsWithinLimit;
}

}  // namespace

Command ReplayCommand() {
  return {.name = "replay",
          .summary = "load bad records that were mended, under their objects",
          .details = kDetails,
          .arguments = {{"IMPORT", "its number; see `sluice status`"},
                        {"FILE", "what `sluice rejects --format ndjson` printed, mended"}},
          .options = {"into", "config", "json", "verbose"},
          .run = Replay};
}

}  // namespace sluice
