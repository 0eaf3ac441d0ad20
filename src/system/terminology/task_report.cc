#include "system/terminology/task_report.h"

#include <utility>

#include "base/error.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/store_row.h"

namespace sluice::ocl {
namespace {

constexpr int64_t kPieceBytes = int64_t{64} << 10;

LineResult TakeResult(const pg::Result& rows, int row) {
  int at = 0;
  auto next = [&] { return std::string(rows.text(row, at++)); };
  LineResult result;
  result.line = static_cast<uint64_t>(rows.int8(row, at++));
  result.root = next();
  result.action = next();
  result.status_code = next();
  result.obj_type = next();
  result.obj_url = next();
  result.method = next();
  result.repo_url = TextAt(rows, row, at++);
  result.owner_url = TextAt(rows, row, at++);
  result.text = next();
  result.message = next();
  return result;
}

}  // namespace

ReportHead ReadHead(pg::Connection& connection, const std::string& task) {
  pg::Result times = connection.Exec(sql::kTaskTimes, {task});
  if (times.rows() == 0) {
    throw Fault("task-unknown", "task " + task + " not found").With(Scope::kRun);
  }
  ReportHead head;
  head.elapsed_seconds = std::stod(std::string(times.text(0, 0)));
  head.test_mode = times.boolean(0, 1);
  pg::Result tallies = connection.Exec(sql::kTallyResults, {task});
  for (int row = 0; row < tallies.rows(); ++row) {
    head.tallies.push_back({std::string(tallies.text(row, 0)), std::string(tallies.text(row, 1)),
                            static_cast<uint64_t>(tallies.int8(row, 2))});
  }
  head.total_lines = head.count();  // each line has a result once it was applied
  return head;
}

uint64_t CountFailed(pg::Connection& connection, const std::string& task) {
  const std::vector<pg::Value> harmless = {kSkippedByAction, kExistsAlready, kDoesNotExist,
                                           kRetiredAlready};
  return static_cast<uint64_t>(
      connection.Exec(sql::kCountFailed, {task, pg::TextArray(harmless)}).int8(0, 0));
}

TaskReport::TaskReport(pg::Connection& connection, std::string task, ReportFormat format)
    : connection_(connection),
      task_(std::move(task)),
      snapshot_(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"),
      writer_(format) {}

std::string TaskReport::Next() {
  switch (stage_) {
    case Stage::kHead: {
      std::string text = writer_.Begin(ReadHead(connection_, task_));
      connection_.Exec(sql::kOpenResults, {task_});
      stage_ = Stage::kResults;
      return text;
    }
    case Stage::kResults: {
      std::string text = NextResults();
      if (!text.empty()) return text;
      stage_ = Stage::kEnded;
      return writer_.End();
    }
    case Stage::kEnded:
      break;
  }
  return "";
}

std::string TaskReport::NextResults() {
  std::vector<int64_t> lines = NextLines();
  if (lines.empty()) return "";
  pg::Result rows = connection_.Exec(sql::kResultsOfLines, {task_, pg::Int8Array(lines)});
  std::string text;
  for (int row = 0; row < rows.rows(); ++row) text += writer_.Add(TakeResult(rows, row));
  return text;
}

std::vector<int64_t> TaskReport::NextLines() {
  std::vector<int64_t> lines;
  for (int64_t bytes = 0;;) {
    if (next_ == lines_.size()) {
      pg::Result fetched = connection_.Exec(sql::kFetchResults);
      lines_.clear();
      next_ = 0;
      for (int row = 0; row < fetched.rows(); ++row) {
        lines_.emplace_back(fetched.int8(row, 0), fetched.int8(row, 1));
      }
      if (lines_.empty()) return lines;
    }
    bytes += lines_[next_].second;
    if (!lines.empty() && bytes > kPieceBytes) return lines;
    lines.push_back(lines_[next_++].first);
  }
}

}  // namespace sluice::ocl
