// Merges the rows of one object into a table with a key: COPY into a staging table of the
// transaction, then one merge in the order of the keys. Two sessions that merge the same keys wait
// for each other, and never in a circle.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"
#include "row/row_batch.h"
#include "table/append_writer.h"
#include "table/merge_plan.h"

namespace sluice {

struct MergeCounts {
  uint64_t inserted = 0;
  uint64_t updated = 0;
  uint64_t ignored = 0;     // passed over by the conflict policy
  uint64_t superseded = 0;  // left out for another row of the object with the same key
  bool operator==(const MergeCounts&) const = default;
};

struct KeyClash {
  std::string value;  // of the key, with commas: record contents, never logged
  // Two records of the object with one key; of a conflict with the table, both are the record's.
  Position first;
  Position second;
};

struct MergeResult {
  MergeCounts counts;
  // Where there are any, nothing is merged, and the transaction is to be rolled back.
  std::vector<KeyClash> duplicates;  // within the object, under KeepPolicy::kFail
  std::vector<KeyClash> conflicts;   // with the table, under ConflictPolicy::kError
};

class MergeWriter : public Writer {
 public:
  // At most this many clashes are named.
  static constexpr size_t kClashesMax = 1000;

  // Makes the staging table. The connection is in a transaction, one for each merge, and outlives
  // the writer; so does the plan.
  MergeWriter(pg::Connection& connection, const MergePlan& plan);

  // Sends the batch, binary tuples of the plan's columns, to staging; `block` holds the records
  // that are to be isolated, if any are. Errors: the server's; see BlamedRow.
  void Write(const RowBatch& batch, const RecordBlock& block = {});
  // Ends the COPY and merges. Errors: the server's.
  MergeResult Finish();
  void Abort() noexcept override { staging_.Abort(); }

  uint64_t rows() const { return staging_.rows(); }
  std::optional<Position> BlamedRow() const override { return staging_.BlamedRow(); }

  // As Writer: the rows of table 0, one of each record. Duplicates ("duplicate-in-object") and
  // conflicts ("conflict") are fatal.
  void Write(const RecordBlock& block, Rows& rows, std::vector<Reject>& rejects) override;
  void Pause() override { staging_.Pause(); }
  WriteCounts Finish(std::vector<Reject>& fatal) override;
  std::vector<Reject> TakeIsolated() override { return std::move(isolated_); }

 private:
  std::vector<KeyClash> FindDuplicates();
  // Merges what is in staging, of so many rows, and adds it up.
  void Merge(uint64_t staged, MergeResult& result);
  // The same in pieces, by halves, until each row that the server refuses is found.
  void MergeInPieces(MergeResult& result);
  void MergePiece(int64_t first_line, int64_t last_line, MergeResult& result);
  void Isolate(int64_t line, const Error& error);

  pg::Connection& connection_;
  const MergePlan& plan_;
  AppendWriter staging_;
  RowBatch placed_;  // the batch with each tuple's place in front; kept for its capacity
  std::vector<Reject> isolated_;
};

}  // namespace sluice
