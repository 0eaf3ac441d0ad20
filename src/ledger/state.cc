#include "ledger/state.h"

#include <array>
#include <string>

#include "base/error.h"

namespace sluice {
namespace {

constexpr std::array kImportWords = {"pending", "running", "completed", "failed", "cancelled"};
constexpr std::array kJobWords = {"pending", "running", "done", "skipped", "dead", "cancelled"};

constexpr Move kMoves[] = {
    {"import", "pending", "running"},    {"import", "pending", "cancelled"},
    {"import", "running", "completed"},  {"import", "running", "failed"},
    {"import", "running", "cancelled"},  {"import", "completed", "running"},
    {"import", "failed", "running"},     {"job", "pending", "running"},
    {"job", "pending", "cancelled"},     {"job", "running", "done"},
    {"job", "running", "skipped"},       {"job", "running", "dead"},
    {"job", "running", "pending"},       {"job", "running", "cancelled"},
    {"job", "dead", "pending"},          {"job", "done", "pending"},
    {"job", "skipped", "pending"},       {"receipt", "current", "superseded"},
    {"receipt", "current", "forgotten"}, {"receipt", "forgotten", "superseded"},
    {"reject", "open", "replayed"},      {"reject", "open", "dismissed"},
    {"outbox", "pending", "running"},    {"outbox", "running", "pending"},
    {"outbox", "running", "done"},       {"outbox", "running", "dead"},
    {"outbox", "dead", "pending"},       {"index", "standing", "aside"},
    {"index", "aside", "standing"},      {"call", "sent", "done"},
    {"call", "sent", "later"},           {"call", "sent", "refused"},
    {"call", "sent", "uncertain"},       {"call", "sent", "absent"},
    {"call", "sent", "repeated"},        {"call", "uncertain", "done"},
    {"call", "uncertain", "absent"},     {"call", "uncertain", "repeated"},
};

template <class State, size_t N>
State Parse(const std::array<const char*, N>& words, std::string_view word) {
  for (size_t i = 0; i < N; ++i) {
    if (word == words[i]) return static_cast<State>(i);
  }
  throw Fault("ledger-corrupt", "the ledger holds an unknown state '" + std::string(word) + "'")
      .With(Scope::kRun);
}

}  // namespace

std::string_view ToString(ImportState state) { return kImportWords[static_cast<size_t>(state)]; }

std::string_view ToString(JobState state) { return kJobWords[static_cast<size_t>(state)]; }

ImportState ParseImportState(std::string_view word) {
  return Parse<ImportState>(kImportWords, word);
}

JobState ParseJobState(std::string_view word) { return Parse<JobState>(kJobWords, word); }

std::span<const Move> AllMoves() { return kMoves; }

}  // namespace sluice
