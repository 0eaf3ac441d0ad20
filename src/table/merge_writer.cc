#include "table/merge_writer.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "base/check.h"
#include "base/crash_point.h"
#include "base/digest.h"
#include "row/copy_binary.h"
#include "table/merge_sql.h"
#include "table/refused_record.h"

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

// Each row with the place of its record, and its bytes where `block` has them, as more columns in
// front: staging then knows where every row came from, in whatever order the server keeps them.
void PutPlacesInText(const RowBatch& batch, const RecordBlock& block, RowBatch& placed) {
  std::string_view bytes = batch.bytes;
  for (const Position& position : batch.positions) {
    size_t size = bytes.find('\n') + 1;
    CHECK(size > 0);
    auto out = std::back_inserter(placed.bytes);
    fmt::format_to(out, "{}\t{}\t", position.line, position.byte_offset);
    if (const Record* record = FindRecord(block, position)) {
      placed.bytes += "\\\\x";  // bytea's hex form, its backslash escaped for COPY
      for (unsigned char byte : record->bytes) fmt::format_to(out, "{:02x}", byte);
    } else {
      placed.bytes += "\\N";
    }
    placed.bytes += '\t';
    placed.bytes.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  CHECK(bytes.empty());
}

void PutPlacesInTuples(const RowBatch& batch, const RecordBlock& block, size_t columns,
                       RowBatch& placed) {
  constexpr size_t kPlaceColumns = 3;
  std::string_view bytes = batch.bytes;
  CopyBinaryEncoder encoder(placed.bytes);
  for (const Position& position : batch.positions) {
    std::string_view fields = TakeFields(bytes);
    encoder.Tuple(static_cast<int16_t>(columns + kPlaceColumns));
    encoder.Int8(static_cast<int64_t>(position.line));
    encoder.Int8(static_cast<int64_t>(position.byte_offset));
    const Record* record = FindRecord(block, position);
    record != nullptr ? encoder.Text(record->bytes) : encoder.Null();
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

constexpr char kSavepoint[] = "SAVEPOINT sluice_merge";
constexpr char kRelease[] = "RELEASE SAVEPOINT sluice_merge";
// What stayed of a refusal would nest: see quarantine_writer.cc.
constexpr char kRollBack[] = "ROLLBACK TO SAVEPOINT sluice_merge; RELEASE SAVEPOINT sluice_merge";

std::string ClashesMax() { return std::to_string(MergeWriter::kClashesMax); }

}  // namespace

MergeWriter::MergeWriter(pg::Connection& connection, const MergePlan& plan)
    : connection_(connection), plan_(plan), staging_(connection, plan.copy, plan.format) {
  connection.ExecScript(plan.make_staging);
}

void MergeWriter::Write(const RecordBlock& block, Rows& rows, std::vector<Reject>&) {
  static const RecordBlock kNone;
  Write(rows.table(0), plan_.options.isolate_max > 0 ? block : kNone);
}

WriteCounts MergeWriter::Finish(std::vector<Reject>& fatal) {
  MergeResult result = Finish();
  for (const KeyClash& clash : result.duplicates) fatal.push_back(DuplicateRecord(clash));
  for (const KeyClash& clash : result.conflicts) fatal.push_back(ConflictingRecord(clash));
  const MergeCounts& counts = result.counts;
  return {.loaded = counts.inserted + counts.updated,
          .skipped = counts.ignored + counts.superseded};
}

void MergeWriter::Write(const RowBatch& batch, const RecordBlock& block) {
  constexpr size_t kPlaceBytes = 28;  // of either format, about
  placed_.clear();
  placed_.positions = batch.positions;
  placed_.bytes.reserve(batch.bytes.size() + batch.rows() * kPlaceBytes);
  if (plan_.format == CopyFormat::kBinary) {
    PutPlacesInTuples(batch, block, plan_.columns, placed_);
  } else {
    PutPlacesInText(batch, block, placed_);
  }
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
  if (plan_.options.isolate_max == 0) {
    Merge(staged, result);
    return result;
  }
  connection_.ExecScript(kSavepoint);
  try {
    MergeResult whole = result;
    Merge(staged, whole);
    connection_.ExecScript(kRelease);
    return whole;
  } catch (const Error& error) {
    if (error.scope() != Scope::kRecord || connection_.lost()) throw;
  }
  connection_.ExecScript(kRollBack);
  MergeInPieces(result);
  return result;
}

void MergeWriter::Merge(uint64_t staged, MergeResult& result) {
  MergeCounts& counts = result.counts;
  if (plan_.options.conflict == ConflictPolicy::kError) {
    pg::Result there = connection_.Exec(plan_.merge, {ClashesMax()});
    for (int row = 0; row < there.rows(); ++row) result.conflicts.push_back(ReadClash(there, row));
    if (there.rows() == 0) counts.inserted += staged;
    return;
  }
  pg::Result merged = connection_.Exec(plan_.merge);
  auto inserted = static_cast<uint64_t>(merged.int8(0, 0));
  auto updated = static_cast<uint64_t>(merged.int8(0, 1));
  if (!plan_.update.empty() && inserted < staged) {
    connection_.Exec(plan_.keep_history);
    CrashPoint("history-kept");
    updated = connection_.Exec(plan_.update).rows_changed();
  }
  counts.inserted += inserted;
  counts.updated += updated;
  counts.ignored += staged - inserted - updated;
}

void MergeWriter::MergeInPieces(MergeResult& result) {
  connection_.ExecScript(sql::kPutStagingBy);
  pg::Result lines = connection_.Exec(sql::kStagedLines);
  int64_t first = lines.int8(0, 0);
  int64_t last = lines.int8(0, 1);
  if (first == last) return MergePiece(first, last, result);
  int64_t middle = first + (last - first) / 2;  // the whole is known to fail
  MergePiece(first, middle, result);
  MergePiece(middle + 1, last, result);
}

void MergeWriter::MergePiece(int64_t first_line, int64_t last_line, MergeResult& result) {
  uint64_t staged =
      connection_.Exec(sql::kStagePiece, {std::to_string(first_line), std::to_string(last_line)})
          .rows_changed();
  if (staged == 0) return;
  connection_.ExecScript(kSavepoint);
  std::optional<Error> refusal;
  try {
    Merge(staged, result);
    connection_.ExecScript(kRelease);
  } catch (const Error& error) {
    if (error.scope() != Scope::kRecord || connection_.lost()) throw;
    connection_.ExecScript(kRollBack);
    refusal = error;
  }
  connection_.ExecScript(plan_.clear_piece);
  if (!refusal) return;
  if (isolated_.size() >= plan_.options.isolate_max) throw *refusal;
  if (first_line == last_line) return Isolate(first_line, *refusal);
  int64_t middle = first_line + (last_line - first_line) / 2;
  MergePiece(first_line, middle, result);
  MergePiece(middle + 1, last_line, result);
}

void MergeWriter::Isolate(int64_t line, const Error& error) {
  pg::Result record = connection_.Exec(sql::kStagedRecord, {std::to_string(line)});
  Reject reject =
      RefusedRecord({static_cast<uint64_t>(line), static_cast<uint64_t>(record.int8(0, 0))}, error);
  reject.raw = FromHex(record.text(0, 1));
  isolated_.push_back(std::move(reject));
}

}  // namespace sluice
