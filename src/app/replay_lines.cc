#include "app/replay_lines.h"

#include <fmt/format.h>

#include "app/mended_record.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr size_t kBatchBytes = 1 * kMiB;
constexpr size_t kBatchRecords = 1000;

}  // namespace

void ReplayLines::Add(const std::string& line) {
  ++number_;
  if (line.empty()) return;
  batch_.push_back(ParseMendedRecord(line, name_, number_));
  bytes_ += batch_.back().raw.size();
  if (batch_.size() >= kBatchRecords || bytes_ >= kBatchBytes) Flush();
}

void ReplayLines::Flush() {
  if (batch_.empty()) return;
  std::vector<StillBad> bad;
  ReplayCounts counts = replay_(batch_, bad);
  tell_(bad);
  counts_.replayed += counts.replayed;
  counts_.closed += counts.closed;
  bad_ += bad.size();
  batch_.clear();
  bytes_ = 0;
}

std::string ReplayJson(const ReplayLines& lines) {
  return fmt::format(R"({{"replayed":{},"bad":{},"closed":{}}})", lines.counts().replayed,
                     lines.bad(), lines.counts().closed);
}

}  // namespace sluice
