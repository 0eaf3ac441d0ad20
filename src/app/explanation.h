// Why an object is loaded or not: all that the ledger knows about it, as text and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/system.h"
#include "ledger/import_ledger.h"
#include "ledger/inspect.h"

namespace sluice {

struct Explanation {
  struct Turn {
    JobRow job;
    Import import;
    std::vector<RejectRow> rejects;  // the first of them; record contents are not shown
    std::string load_command;        // that runs the import again
  };
  std::string object;  // as asked for, without secrets
  std::vector<Turn> turns;
  std::vector<ReceiptRow> receipts;
  std::optional<Classified> by_name;  // where the ledger knows nothing: what the name says
};

inline constexpr int kRejectsShownMax = 20;

// What to do about this turn, one sentence; empty: nothing.
std::string Advice(const Explanation::Turn& turn);

// " (line 3, byte 99)", where the error's message does not say it itself.
std::string ErrorPlace(const JobRow& job);

std::string ExplanationText(const Explanation& explanation);
std::string ExplanationJson(const Explanation& explanation);

}  // namespace sluice
