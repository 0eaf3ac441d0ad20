#include "system/traffic/traffic_writer.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/error.h"
#include "system/traffic/feed_file.h"
#include "system/traffic/traffic_sql.h"
#include "system/traffic/traffic_table.h"
#include "table/append_writer.h"

namespace sluice {
namespace {

constexpr std::string_view kUniqueViolation = "23505";

class TrafficWriter final : public Writer {
 public:
  TrafficWriter(pg::Connection& connection, TrafficWriteOptions options)
      : connection_(connection), options_(std::move(options)) {}

  void Write(const RecordBlock&, Rows& rows, std::vector<Reject>&) override {
    const RowBatch& files = rows.table(static_cast<size_t>(TrafficTable::kDataFiles));
    if (files.rows() == 0) return;
    at_ = files.positions.front();
    FeedFile file = ParseFeedFile(files.bytes);
    note_ = file.note;
    if (InsertFile(file)) {
      AppendOrMerge(rows);
      counts_.loaded = 1;
    } else {
      MeetKnownContent(file, rows);
    }
  }

  void Pause() override {}

  WriteCounts Finish(std::vector<Reject>&) override {
    counts_.note = note_;
    return counts_;
  }

  void Abort() noexcept override {
    if (copy_) copy_->Abort();
  }

  std::optional<Position> BlamedRow() const override { return at_; }

 private:
  // False if the content is there. The savepoint comes along, to save a round trip.
  bool InsertFile(const FeedFile& file) {
    const pg::Connection::Statement statements[] = {
        {sql::kInsertDataFile,
         {std::to_string(options_.file_id), std::to_string(file.start_millis),
          std::to_string(file.end_millis), options_.file_name, file.json_hash}},
        {sql::kBeginRows, {}}};
    return connection_.ExecPipeline(statements)[0].rows_changed() == 1;
  }

  void MeetKnownContent(const FeedFile& file, Rows& rows) {
    pg::Result found = connection_.Exec(sql::kFindDataFile, {file.json_hash});
    if (found.rows() == 0) {
      throw Fault("content-gone", "the same content was removed while this file was loaded")
          .With(Retry::kLater);
    }
    std::string_view name = found.text(0, 1);
    bool rewrite = options_.rewrite && name == options_.file_name;
    Note(fmt::format("its content is in {}as {}", rewrite ? "once more " : "", name));
    if (!rewrite) {
      counts_.skipped = 1;
      return;
    }
    connection_.Exec(sql::kTouchDataFile, {std::string(found.text(0, 0))});
    Merge(rows, found.int8(0, 0));
    counts_.loaded = 1;
  }

  void AppendOrMerge(Rows& rows) {
    try {
      ForEachTable(rows, [&](const TrafficStatements& statements, const RowBatch& batch) {
        Copy(statements.copy, batch);
      });
    } catch (const Error& error) {
      if (error.code() != kUniqueViolation) throw;
      Abort();
      connection_.Exec(sql::kUndoRows);
      Note("merged: some of its elements came with another file");
      Merge(rows, options_.file_id);
    }
  }

  void Merge(Rows& rows, int64_t file_id) {
    ForEachTable(rows, [&](const TrafficStatements& statements, const RowBatch& batch) {
      connection_.ExecScript(statements.make_stage);
      Copy(statements.copy_to_stage, batch);
      connection_.Exec(statements.merge,
                       statements.has_file_id ? pg::Params{std::to_string(file_id)} : pg::Params{});
    });
  }

  template <typename Do>
  void ForEachTable(Rows& rows, const Do& put) {
    for (size_t i = 1; i < kTrafficTables; ++i) {
      const RowBatch& batch = rows.table(i);
      if (batch.rows() != 0) put(StatementsOf(static_cast<TrafficTable>(i)), batch);
    }
  }

  void Copy(const std::string& copy_sql, const RowBatch& batch) {
    copy_.emplace(connection_, copy_sql);
    copy_->Write(batch);
    copy_->Finish();
    copy_.reset();
  }

  void Note(const std::string& text) { note_ += (note_.empty() ? "" : "; ") + text; }

  pg::Connection& connection_;
  const TrafficWriteOptions options_;
  std::optional<AppendWriter> copy_;  // that is under way
  std::optional<Position> at_;
  std::string note_;
  WriteCounts counts_;
};

}  // namespace

std::unique_ptr<Writer> NewTrafficWriter(pg::Connection& connection, TrafficWriteOptions options) {
  return std::make_unique<TrafficWriter>(connection, std::move(options));
}

}  // namespace sluice
