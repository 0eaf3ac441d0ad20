#include "table/merge_writer.h"

#include <fmt/format.h>

#include <string_view>

#include "base/check.h"
#include "base/crash_point.h"
#include "row/copy_binary.h"

namespace sluice {
namespace {

// Takes the fields of the first tuple off `bytes`, without its count.
std::string_view TakeFields(std::string_view& bytes) {
  constexpr size_t kCountBytes = 2;
  size_t size = CopyBinaryTupleSize(bytes);
  std::string_view fields = bytes.substr(kCountBytes, size - kCountBytes);
  bytes.remove_prefix(size);
  return fields;
}

// Each tuple with the place of its record as two more columns in front: staging then knows where
// every row came from, in whatever order the server keeps them.
void PutPlaces(const RowBatch& batch, size_t columns, RowBatch& placed) {
  placed.clear();
  placed.positions = batch.positions;
  placed.bytes.reserve(batch.bytes.size() + batch.rows() * 24);
  std::string_view bytes = batch.bytes;
  CopyBinaryEncoder encoder(placed.bytes);
  for (const Position& position : batch.positions) {
    std::string_view fields = TakeFields(bytes);
    encoder.Tuple(static_cast<int16_t>(columns + 2));
    encoder.Int8(static_cast<int64_t>(position.line));
    encoder.Int8(static_cast<int64_t>(position.byte_offset));
    placed.bytes.append(fields);
  }
  CHECK(bytes.empty());
}

KeyClash ReadClash(const pg::Result& rows, int row) {
  Position position{static_cast<uint64_t>(rows.int8(row, 1)),
                    static_cast<uint64_t>(rows.int8(row, 2))};
  return {std::string(rows.text(row, 0)), position, position};
}

Reject DuplicateRecord(const KeyClash& clash) {
  Reject reject;
  reject.position = clash.second;
  reject.reason = "duplicate-in-object";
  reject.message = fmt::format("line {} and line {} of the object have the same key",
                               clash.first.line, clash.second.line);
  reject.detail = clash.value;
  reject.remedy = "remove one of the two, or load with --on-duplicate keep-last";
  return reject;
}

Reject ConflictingRecord(const KeyClash& clash) {
  Reject reject;
  reject.position = clash.first;
  reject.reason = "conflict";
  reject.message = "a row with the record's key is in the table already";
  reject.detail = clash.value;
  reject.remedy = "remove the record, or load with another --conflict";
  return reject;
}

std::string ClashesMax() { return std::to_string(MergeWriter::kClashesMax); }

}  // namespace

MergeWriter::MergeWriter(pg::Connection& connection, const MergePlan& plan)
    : connection_(connection), plan_(plan), staging_(connection, plan.copy) {
  connection.ExecScript(plan.make_staging);
}

void MergeWriter::Write(const RecordBlock&, Rows& rows, std::vector<Reject>&) {
  Write(rows.table(0));
}

WriteCounts MergeWriter::Finish(std::vector<Reject>& fatal) {
  MergeResult result = Finish();
  for (const KeyClash& clash : result.duplicates) fatal.push_back(DuplicateRecord(clash));
  for (const KeyClash& clash : result.conflicts) fatal.push_back(ConflictingRecord(clash));
  const MergeCounts& counts = result.counts;
  return {.loaded = counts.inserted + counts.updated,
          .skipped = counts.ignored + counts.superseded};
}

void MergeWriter::Write(const RowBatch& batch) {
  PutPlaces(batch, plan_.columns, placed_);
  staging_.Write(placed_);
}

// Rows of one key follow each other, by line: each is a clash with the first of them.
std::vector<KeyClash> MergeWriter::FindDuplicates() {
  pg::Result rows = connection_.Exec(plan_.find_duplicates, {ClashesMax()});
  std::vector<KeyClash> clashes;
  std::optional<KeyClash> first;
  for (int row = 0; row < rows.rows(); ++row) {
    KeyClash clash = ReadClash(rows, row);
    if (!first || first->value != clash.value) {
      first = clash;
      continue;
    }
    clash.first = first->first;
    clashes.push_back(clash);
  }
  return clashes;
}

MergeResult MergeWriter::Finish() {
  staging_.Finish();
  MergeResult result;
  MergeCounts& counts = result.counts;
  if (rows() == 0) return result;
  std::vector<KeyClash> duplicates = FindDuplicates();
  if (!duplicates.empty()) {
    if (plan_.drop_duplicates.empty()) {
      result.duplicates = std::move(duplicates);
      return result;
    }
    counts.superseded = connection_.Exec(plan_.drop_duplicates).rows_changed();
  }
  uint64_t staged = rows() - counts.superseded;
  CrashPoint("rows-staged");
  if (plan_.options.conflict == ConflictPolicy::kError) {
    pg::Result there = connection_.Exec(plan_.merge, {ClashesMax()});
    for (int row = 0; row < there.rows(); ++row) result.conflicts.push_back(ReadClash(there, row));
    if (result.conflicts.empty()) counts.inserted = staged;
    return result;
  }
  pg::Result merged = connection_.Exec(plan_.merge);
  counts.inserted = static_cast<uint64_t>(merged.int8(0, 0));
  counts.updated = static_cast<uint64_t>(merged.int8(0, 1));
  if (!plan_.update.empty() && counts.inserted < staged) {
    connection_.Exec(plan_.keep_history);
    CrashPoint("history-kept");
    counts.updated = connection_.Exec(plan_.update).rows_changed();
  }
  counts.ignored = staged - counts.inserted - counts.updated;
  return result;
}

}  // namespace sluice
