#include "engine/replay.h"

#include "base/buffer_pool.h"
#include "base/error.h"
#include "pg/transaction.h"

namespace sluice {
namespace {

// Records that are in nobody's object, as a block.
class LooseRecords {
 public:
  void Add(const std::string& raw, const Position& position) {
    bytes_.push_back(raw + std::string(Buffer::kPadding, '\0'));
    places_.push_back({raw.size(), position});
  }
  RecordBlock Block() const {
    RecordBlock block;
    for (size_t i = 0; i < bytes_.size(); ++i) {
      const auto& [size, position] = places_[i];
      block.records.push_back({std::string_view(bytes_[i]).substr(0, size), position});
    }
    return block;
  }

 private:
  std::vector<std::string> bytes_;
  std::vector<std::pair<size_t, Position>> places_;
};

}  // namespace

ReplayCounts Replayer::Replay(const std::vector<MendedRecord>& records,
                              std::vector<StillBad>& bad) {
  std::map<int64_t, const MendedRecord*> by_id;
  for (const MendedRecord& record : records) by_id[record.reject] = &record;
  std::vector<int64_t> ids;
  for (const auto& [id, record] : by_id) ids.push_back(id);
  std::map<JobId, Object> objects;
  ReplayCounts counts;
  counts.closed = records.size();
  for (const RejectPlace& place : FindRejects(connection_, import_, ids)) {
    if (!place.open) continue;
    Object& object = objects[place.job];
    object.label = place.label;
    object.target = place.target;
    object.records[place.position.byte_offset] = {by_id[place.id], place.position};
    --counts.closed;
  }
  for (const auto& [job, object] : objects) counts.replayed += ReplayObject(job, object, bad);
  return counts;
}

uint64_t Replayer::ReplayObject(JobId job, const Object& object, std::vector<StillBad>& bad) {
  TargetTable table = tables_.Get(connection_, object.label, object.target);
  pg::Transaction tx(connection_);
  std::optional<LoadedObject> loaded = LockLoadedObject(connection_, job);
  if (!loaded) {
    for (const auto& [offset, placed] : object.records) {
      bad.push_back({placed.record->reject, "its object is not loaded",
                     "load the object: with --on-reject quarantine, if only some records are bad"});
    }
    return 0;
  }
  LooseRecords loose;
  for (const auto& [offset, placed] : object.records)
    loose.Add(placed.record->raw, placed.position);
  std::vector<Reject> rejects, fatal;
  WriteCounts written = Write(loose.Block(), *loaded, table, rejects, fatal);

  std::map<uint64_t, Placed> good = object.records;
  for (const std::vector<Reject>* some : {&rejects, &fatal}) {
    for (const Reject& reject : *some) {
      auto placed = good.extract(reject.position.byte_offset);
      if (placed) bad.push_back({placed.mapped().record->reject, reject.message, reject.remedy});
    }
  }
  if (good.empty() || !fatal.empty()) return 0;
  std::vector<int64_t> done;
  for (const auto& [offset, placed] : good) done.push_back(placed.record->reject);
  SettleReplayed(connection_, *loaded, done, written.loaded, written.skipped);
  tx.Commit();
  return done.size();
}

WriteCounts Replayer::Write(const RecordBlock& block, const LoadedObject& object,
                            const TargetTable& table, std::vector<Reject>& rejects,
                            std::vector<Reject>& fatal) {
  Rows rows;
  system_.OpenMapper(object.job.label, object.receipt)->Map(block, rows, rejects);
  auto writer = system_.OpenWriter({connection_, table, object.job, object.receipt, options_});
  try {
    writer->Write(block, rows, rejects);
    return writer->Finish(fatal);
  } catch (const Error&) {
    writer->Abort();
    throw;
  }
}

}  // namespace sluice
