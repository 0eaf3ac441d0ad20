// The state machines of the ledger as tables of moves. The same moves stand in sluice.move
// (0001_ledger.sql), where a trigger enforces them, and in doc/reference/states.md; state_pgtest.cc
// compares the three.
#pragma once

#include <span>
#include <string_view>

namespace sluice {

enum class ImportState { kPending, kRunning, kCompleted, kFailed, kCancelled };
enum class JobState { kPending, kRunning, kDone, kSkipped, kDead, kCancelled };

std::string_view ToString(ImportState state);
std::string_view ToString(JobState state);
// Errors: "ledger-corrupt" for a word that names no state.
ImportState ParseImportState(std::string_view word);
JobState ParseJobState(std::string_view word);

struct Move {
  std::string_view machine;
  std::string_view before;
  std::string_view after;
  bool operator==(const Move&) const = default;
};

// Every move that any machine may make.
std::span<const Move> AllMoves();

}  // namespace sluice
