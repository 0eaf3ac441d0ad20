#include "app/server/status_board.h"

#include "app/status_view.h"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds kFresh{500};
// What nobody asked for so long is dropped.
constexpr std::chrono::seconds kKept{60};

StatusBoard::Entry Read(pg::Pool& ledger, ImportId import) {
  auto session = ledger.Take();
  StatusView view = ReadStatus(*session, import);
  ImportState state = view.import.state;
  return {StatusJson(view), state != ImportState::kPending && state != ImportState::kRunning};
}

}  // namespace

StatusBoard::Entry StatusBoard::Get(ImportId import) {
  {
    std::lock_guard lock(mutex_);
    Clock::time_point now = Clock::now();
    std::erase_if(kept_, [&](const auto& kept) {
      return !kept.second.being_read && now - kept.second.at > kKept;
    });
    auto found = kept_.find(import);
    // While one reads, all others make do with what was read before.
    if (found != kept_.end()) {
      if (found->second.being_read || now - found->second.at < kFresh) return found->second.entry;
      found->second.being_read = true;
    }
  }
  try {
    Entry entry = Read(ledger_, import);
    std::lock_guard lock(mutex_);
    kept_[import] = {entry, Clock::now(), false};
    return entry;
  } catch (...) {
    Forget(import);
    throw;
  }
}

void StatusBoard::Forget(ImportId import) {
  std::lock_guard lock(mutex_);
  kept_.erase(import);
}

}  // namespace sluice
