// sluice replay: bad records that were mended go into the table of their object.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "app/command.h"
#include "app/import_view.h"
#include "app/mended_record.h"
#include "app/system_registry.h"
#include "app/target.h"
#include "app/text.h"
#include "base/unit.h"
#include "engine/replay.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "FILE is what `sluice rejects IMPORT --format ndjson` printed, with `raw` mended; `-` reads\n"
    "standard input. Records that are still bad stay open, and the exit status is 3.";

// Of one batch, which is one transaction for each of its objects.
constexpr size_t kBatchBytes = 1 * kMiB;
constexpr size_t kBatchRecords = 1000;

class ReplayFile {
 public:
  ReplayFile(Replayer& replayer, const Stop& stop) : replayer_(replayer), stop_(stop) {}

  void Run(std::istream& file, const std::string& name) {
    std::string line;
    uint64_t number = 0;
    while (std::getline(file, line)) {
      ++number;
      if (line.empty()) continue;
      batch_.push_back(ParseMendedRecord(line, name, number));
      bytes_ += batch_.back().raw.size();
      if (batch_.size() >= kBatchRecords || bytes_ >= kBatchBytes) Flush();
    }
    Flush();
  }

  const ReplayCounts& counts() const { return counts_; }
  uint64_t bad() const { return bad_; }

 private:
  void Flush() {
    stop_.ThrowIfRequested();
    std::vector<StillBad> bad;
    ReplayCounts counts = replayer_.Replay(batch_, bad);
    for (const StillBad& one : bad) {
      fmt::print(stderr, "reject {}: {}\n  {}\n", one.reject, Printable(one.why),
                 Printable(one.remedy));
    }
    counts_.replayed += counts.replayed;
    counts_.closed += counts.closed;
    bad_ += bad.size();
    batch_.clear();
    bytes_ = 0;
  }

  Replayer& replayer_;
  const Stop& stop_;
  std::vector<MendedRecord> batch_;
  size_t bytes_ = 0;
  ReplayCounts counts_;
  uint64_t bad_ = 0;
};

ExitCode Replay(const Invocation& call) {
  const Settings& settings = call.settings;
  ImportId id = ParseImportId(call.one("IMPORT"));
  pg::Connection ledger = OpenLedgerOf(settings, "replay", call.stop);
  Import import = FindImportOrThrow(ledger, id);
  LoadOptions options = ParseLoadOptions(import.options);
  std::unique_ptr<System> system = MakeSystem(import.system, options);
  Replayer replayer(*system, options, id, ledger);
  ReplayFile replay(replayer, call.stop);
  const std::string& name = call.one("FILE");
  if (name == "-") {
    replay.Run(std::cin, name);
  } else {
    std::ifstream file(name);
    if (!file) {
      throw Fault("usage", fmt::format("{}: {}", name, std::strerror(errno))).With(Scope::kRun);
    }
    replay.Run(file, name);
  }
  const ReplayCounts& counts = replay.counts();
  if (settings.json) {
    fmt::print("{{\"replayed\":{},\"bad\":{},\"closed\":{}}}\n", counts.replayed, replay.bad(),
               counts.closed);
  } else {
    fmt::print("{} replayed, {} still bad, {} not open any more\n",
               Counted(counts.replayed, "record"), FormatCount(replay.bad()),
               FormatCount(counts.closed));
  }
  return replay.bad() == 0 ? ExitCode::kDone : ExitCode::kRejectsWithinLimit;
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
