// Mended records, as lines of the file that `sluice rejects --format ndjson` prints, replayed batch
// by batch.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/replay.h"

namespace sluice {

class ReplayLines {
 public:
  // Replays a batch, which is one transaction for each of its objects.
  using Replay =
      std::function<ReplayCounts(const std::vector<MendedRecord>&, std::vector<StillBad>&)>;
  // Told of each batch's records that are still bad.
  using Tell = std::function<void(const std::vector<StillBad>&)>;

  // `name`: of the file, for errors.
  ReplayLines(std::string name, Replay replay, Tell tell)
      : name_(std::move(name)), replay_(std::move(replay)), tell_(std::move(tell)) {}

  // One line without its end. Errors (kRun): "usage" naming file and line; those of `replay`.
  void Add(const std::string& line);
  void Finish() { Flush(); }

  const ReplayCounts& counts() const { return counts_; }
  uint64_t bad() const { return bad_; }

 private:
  void Flush();

  const std::string name_;
  const Replay replay_;
  const Tell tell_;
  std::vector<MendedRecord> batch_;
  size_t bytes_ = 0;
  uint64_t number_ = 0;
  ReplayCounts counts_;
  uint64_t bad_ = 0;
};

// {"replayed", "bad", "closed"}
std::string ReplayJson(const ReplayLines& lines);

}  // namespace sluice
