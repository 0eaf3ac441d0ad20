// What an import came to, as it is told in the end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/exit_code.h"
#include "app/missing_part.h"
#include "engine/supervisor.h"
#include "ledger/inspect.h"

namespace sluice {

struct Summary {
  ImportId import;
  ImportState state = ImportState::kPending;
  bool interrupted = false;
  double seconds = 0;

  struct Objects {
    uint64_t loaded = 0;          // by this run
    uint64_t already_loaded = 0;  // found in
    uint64_t changed = 0;         // another version is in, and --changed skip keeps it
    uint64_t ignored = 0;         // not the system's
    uint64_t failed = 0;          // dead, of earlier runs too
    uint64_t waiting = 0;         // not had their turn
    uint64_t cancelled = 0;
  } objects;
  // Where another system is told of objects: those it was not told of, by reason.
  std::map<std::string, uint64_t> disqualified;
  Counts records;  // of the objects that this run loaded
  // What this process did, for its speed.
  uint64_t rows_here = 0;
  uint64_t unpacked_bytes_here = 0;
  std::vector<LabelTally> tables;
  std::vector<JobRow> failed;        // the first of them
  uint64_t outbox_failed = 0;        // moves and tags given up on
  std::vector<MissingPart> missing;  // what its tables are left without
  uint64_t rejected = 0;             // bad records of loaded objects, of earlier runs too
  std::optional<Error> fault;        // of the whole run
};

// How many failed objects a summary shows.
inline constexpr int kFailedShownMax = 20;

// `changed`: how many objects --changed skip passed over.
Summary MakeSummary(const RunResult& result, uint64_t changed, std::vector<JobRow> failed);

// Never kDone after any loss.
ExitCode ExitFor(const Summary& summary);

// For people, each line ended. The part about failures stands apart so that -q can show it alone.
std::string SummaryText(const Summary& summary);
std::string FailuresText(const Summary& summary);

// "sluice:public.patient" is the ledger's word; people know the table.
std::string TableOfTarget(const std::string& target);

}  // namespace sluice
