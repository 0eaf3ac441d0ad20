#include "system/terminology/script_writer.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "pg/transaction.h"
#include "system/terminology/importer.h"
#include "system/terminology/ocl_schema.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/result_writer.h"

namespace sluice::ocl {
namespace {

Submission SubmissionOf(pg::Connection& connection, const ScriptOptions& script) {
  Submission submission{.task = script.task,
                        .requester = FindRequester(connection, script.username),
                        .update_if_exists = script.update_if_exists,
                        .test_mode = script.test_mode};
  submission.requester.staff = script.staff;
  return submission;
}

class ScriptWriter : public Writer {
 public:
  ScriptWriter(pg::Connection& connection, const ScriptOptions& script)
      : connection_(connection),
        submission_(SubmissionOf(connection, script)),
        importer_(connection, submission_) {}

  void Write(const RecordBlock& block, Rows&, std::vector<Reject>&) override {
    if (block.records.empty()) return;
    if (!begun_) Begin(block.records.front().position);
    std::vector<RawLine> lines;
    lines.reserve(block.records.size());
    for (const Record& record : block.records) {
      lines.push_back({record.position.line, record.bytes});
    }
    std::vector<LineResult> results = Apply(lines);
    StoreResults(connection_, submission_.task, results);
    for (const LineResult& result : results) {
      Fate fate = FateOf(result);
      counts_.loaded += fate == Fate::kDone ? 1 : 0;
      // A trial is one whole and has no bad lines of its own: what they would be, its results say.
      bool passed_over = fate == Fate::kNothingToDo || submission_.test_mode;
      counts_.skipped += fate != Fate::kDone && passed_over ? 1 : 0;
    }
  }

  void Pause() override {}

  WriteCounts Finish(std::vector<Reject>&) override { return std::exchange(counts_, {}); }

  void Abort() noexcept override { connection_.AbortCopy("the batch is given up"); }

  std::optional<Position> BlamedRow() const override { return std::nullopt; }

 protected:
  ScriptWriter(pg::Connection& connection, pg::Connection& effects, const ScriptOptions& script)
      : connection_(connection),
        submission_(SubmissionOf(connection, script)),
        importer_(effects, submission_) {}

  virtual std::vector<LineResult> Apply(std::span<const RawLine> lines) {
    return importer_.Apply(lines);
  }

  pg::Connection& connection_;
  const Submission submission_;
  Importer importer_;

 private:
  // A script that is applied from its first line has no results yet.
  void Begin(const Position& first) {
    if (first.line == 1) connection_.Exec(sql::kDropResults, {submission_.task});
    connection_.Exec(sql::kStartTask, {submission_.task});
    begun_ = true;
  }

  WriteCounts counts_;
  bool begun_ = false;
};

// The session must be there before the importer that uses it.
struct TrialSession {
  explicit TrialSession(const Database& database)
      : connection(database.ConnectPatiently(Database::Use::kLoad)), transaction(connection) {}
  pg::Connection connection;
  pg::Transaction transaction;  // never committed
};

class TrialWriter final : private TrialSession, public ScriptWriter {
 public:
  TrialWriter(const WriterContext& context, const ScriptOptions& script)
      : TrialSession(*context.database),
        ScriptWriter(context.connection, TrialSession::connection, script) {}

  void Abort() noexcept override {
    TrialSession::connection.AbortCopy("the trial is given up");
    ScriptWriter::Abort();
  }

 private:
  // What a trial holds locked it holds to its end; real imports must not wait for that.
  std::vector<LineResult> Apply(std::span<const RawLine> lines) override {
    std::vector<LineResult> results = ScriptWriter::Apply(lines);
    bool in_the_way =
        connection_.Exec(sql::kWaitsFor, {std::to_string(TrialSession::connection.backend_pid())})
            .boolean(0, 0);
    if (!in_the_way) return results;
    throw Fault("trial-in-the-way", "another import waits for what this trial has locked")
        .With(Retry::kLater)
        .Remedy("nothing: the trial will be tried again");
  }
};

}  // namespace

std::unique_ptr<Writer> NewScriptWriter(const WriterContext& context, const ScriptOptions& script) {
  if (!script.test_mode) return std::make_unique<ScriptWriter>(context.connection, script);
  CHECK(context.database != nullptr);
  return std::make_unique<TrialWriter>(context, script);
}

}  // namespace sluice::ocl
