#include "engine/index_keeper.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"
#include "engine/limits.h"

namespace sluice {

void IndexKeeper::Look(pg::Connection& connection, bool listed) {
  std::vector<uint32_t> released = holds_.ReleaseFinished(connection, listed);
  released_.insert(released.begin(), released.end());
  auto now = std::chrono::steady_clock::now();
  if (!released.empty() || now >= next_look_) {
    next_look_ = now + limits::kRestoreLook;
    for (const AsideTable& table : FindTablesToRestore(connection)) {
      // The policy speaks of the import's own tables. Which they are is known once all is listed.
      bool ours = policy_ == KeepPolicy::kFail || LoadsInto(connection, import_, table.name);
      if (!ours && !listed) continue;
      bool again = std::ranges::find(released, table.relation) != released.end();
      restorer_.Begin(table, ours ? policy_ : KeepPolicy::kFail, again);
    }
  }
  restoring_ = restorer_.at_work();
}

std::set<uint32_t> IndexKeeper::restored() const {
  std::set<uint32_t> both;
  std::ranges::set_intersection(released_, restorer_.restored(), std::inserter(both, both.end()));
  return both;
}

void IndexKeeper::Finish(pg::Connection& connection) {
  try {
    next_look_ = {};
    Look(connection, true);
    restorer_.Wait();
  } catch (const Error& error) {
    Log(LogLevel::kWarning, "indexes are left aside: " + error.message());
  }
}

}  // namespace sluice
