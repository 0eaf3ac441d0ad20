#include "engine/reject_desk.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "engine/limits.h"
#include "ledger/settle.h"
#include "table/refused_record.h"

namespace sluice {
namespace {

void KeepRawWithin(std::vector<Reject>& rejects) {
  size_t bytes = 0;
  for (Reject& reject : rejects) {
    bytes += reject.raw.size();
    if (bytes > limits::kRejectRawBytesPerObject) reject.raw.clear();
  }
}

}  // namespace

void ThrowBadRecords(LoadReport& report) {
  KeepRawWithin(report.rejects);
  const Reject& first = report.rejects.front();
  report.position = first.position;
  std::string count =
      report.rejects.size() == 1
          ? "1 bad record,"
          : fmt::format("{}{} bad records, the first",
                        report.rejects.size() >= limits::kRejectsPerObjectMax ? "at least " : "",
                        report.rejects.size());
  throw Fault(first.reason, fmt::format("{} at line {}, byte {}: {}", count, first.position.line,
                                        first.position.byte_offset, first.message))
      .Remedy(first.remedy);
}

bool RejectDesk::Accepts(const LoadReport& report) const {
  return quarantine() || report.rejects.empty();
}

bool RejectDesk::Settle(const RecordBlock& block, Writer& writer, LoadReport& report) {
  std::vector<Reject>& rejects = report.rejects;
  if (rejects.empty()) return true;
  if (!quarantine()) {
    writer.Abort();
    return rejects.size() < limits::kRejectsPerObjectMax;
  }
  writer.Pause();
  // A mapper cuts a record's bytes; what is to be replayed has to be whole.
  for (Reject& reject : rejects) {
    const Record* record = FindRecord(block, reject.position);
    if (record != nullptr) reject.raw = record->bytes;
  }
  Keep(std::exchange(rejects, {}), report);
  return true;
}

void RejectDesk::Keep(std::vector<Reject> rejects, LoadReport& report) {
  if (rejects.empty()) return;
  InsertRejects(connection_, job_.id, rejects);
  stored_ += rejects.size();
  report.counts.rejected = stored_;
  for (Reject& reject : rejects) {
    if (sample_.size() >= limits::kRejectsPerObjectMax) break;
    if (reject.raw.size() > kRejectRawBytesMax) reject.raw.resize(kRejectRawBytesMax);
    sample_.push_back(std::move(reject));
  }
  KeepRawWithin(sample_);
  if (!policy_.rejects_max.percent && stored_ > policy_.rejects_max.count) GiveUp(report);
}

void RejectDesk::CheckShare(LoadReport& report) {
  if (!policy_.rejects_max.percent || stored_ == 0) return;
  double percent = 100.0 * static_cast<double>(stored_) / static_cast<double>(report.counts.read);
  if (percent > *policy_.rejects_max.percent) GiveUp(report);
}

void RejectDesk::GiveUp(LoadReport& report) {
  report.rejects = std::move(sample_);
  const Reject& first = report.rejects.front();
  report.position = first.position;
  throw Fault("too-many-rejects",
              fmt::format("{} of {} records are bad, and --rejects-max is {}; the first, at line "
                          "{}, byte {}: {}",
                          stored_, report.counts.read, ToString(policy_.rejects_max),
                          first.position.line, first.position.byte_offset, first.message))
      .Remedy(
          "look at them with sluice rejects; mend the object, or load with a larger "
          "--rejects-max");
}

}  // namespace sluice
