#include "engine/enqueue_listed.h"

#include "base/crash_point.h"
#include "engine/process.h"
#include "ledger/outbox.h"

namespace sluice {

Enqueued EnqueueListed(pg::Connection& connection, const EnqueuePlace& place,
                       std::vector<Listed>&& page, Ignored& ignored) {
  std::vector<NewJob> jobs;
  for (Listed& listed : page) {
    if (listed.where.label.empty()) {
      ignored.Count(listed.where.why_not);
      continue;
    }
    place.tables.CheckLoaded(connection, listed.where.label, listed.where.target);
    jobs.push_back({listed.where.target, listed.where.label, std::move(listed.object),
                    place.options.given ? "worker:" + std::to_string(place.worker)
                                        : OnlyAt(*listed.source, HostName(), place.worker)});
  }
  Enqueued done = Enqueue(connection, place.import, jobs, ChangedFor(place.system, place.options),
                          place.options.lane);
  if (done.to_load < jobs.size()) {
    PostForLoaded(connection, place.import, jobs, place.options.then);
  }
  CrashPoint("page-enqueued");
  return done;
}

}  // namespace sluice
