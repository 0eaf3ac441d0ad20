#include "engine/event_intake.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/enqueue_listed.h"
#include "engine/lister.h"
#include "engine/load_options.h"
#include "engine/store_set.h"
#include "ledger/import_ledger.h"

namespace sluice {
namespace {

// A running watch, with all that it takes to add to its queue.
class Watching {
 public:
  Watching(const Import& import, LoadOptions options, const SystemMaker& make_system,
           const Database& database, const Stop& stop)
      : import_(import.id),
        options_(std::move(options)),
        system_(make_system(import.system, options_)),
        stores_(options_, {}, stop, {.ledger = &database}),
        tables_(*system_, options_.policy) {}

  bool OwnsBucket(const std::string& bucket) const {
    return std::ranges::any_of(stores_.sources(), [&](const Source& source) {
      return source.kind == Source::Kind::kS3 && source.bucket == bucket;
    });
  }

  // False if the watch does not want it.
  bool Take(pg::Pool& ledger, const S3Event& event, EventReport& report) {
    if (!WantsKey(stores_, options_, event.bucket, event.key)) return false;
    ObjectRef ref{"", event.bucket, event.key, ""};
    std::optional<ObjectStat> stat = Look(ref);
    if (!stat) {
      ++report.gone;
      return true;
    }
    std::vector<Listed> listed = SelectObject(stores_, options_, *system_, *stat);
    if (listed.empty() || listed.front().where.label.empty()) return false;
    Ignored ignored;
    auto session = ledger.Take();
    Enqueued done = EnqueueListed(
        *session, {.system = *system_, .options = options_, .tables = tables_, .import = import_},
        std::move(listed), ignored);
    ++(done.to_load != 0 ? report.enqueued : report.known);
    return true;
  }

 private:
  std::optional<ObjectStat> Look(const ObjectRef& ref) {
    try {
      return stores_.For(ref).Stat(ref);
    } catch (const Error& error) {
      if (error.code() == "NoSuchKey") return std::nullopt;
      throw;
    }
  }

  const ImportId import_;
  const LoadOptions options_;
  const std::unique_ptr<System> system_;
  StoreSet stores_;
  TargetTables tables_;
};

// Those that an event of one of the buckets could concern.
std::vector<std::unique_ptr<Watching>> Watches(pg::Pool& ledger, std::span<const S3Event> events,
                                               const SystemMaker& make_system,
                                               const Database& database, const Stop& stop) {
  std::vector<Import> imports;
  {
    auto session = ledger.Take();
    imports = RunningImports(*session);
  }
  std::vector<std::unique_ptr<Watching>> watches;
  for (const Import& import : imports) {
    LoadOptions options = ParseLoadOptions(import.options);
    if (!options.watch || options.given) continue;
    auto watch =
        std::make_unique<Watching>(import, std::move(options), make_system, database, stop);
    bool concerned = std::ranges::any_of(
        events, [&](const S3Event& event) { return watch->OwnsBucket(event.bucket); });
    if (concerned) watches.push_back(std::move(watch));
  }
  return watches;
}

}  // namespace

EventReport EventIntake::Take(std::span<const S3Event> created) {
  EventReport report;
  if (created.empty()) return report;
  auto watches = Watches(ledger_, created, make_system_, database_, stop_);
  for (const S3Event& event : created) {
    stop_.ThrowIfRequested();
    bool wanted = false;
    for (auto& watch : watches) wanted = watch->Take(ledger_, event, report) || wanted;
    report.unwanted += wanted ? 0 : 1;
  }
  return report;
}

}  // namespace sluice
