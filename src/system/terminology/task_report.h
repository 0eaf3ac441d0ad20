// A task's results, read from the store as OCL's clients want them: summary, report, json.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pg/connection.h"
#include "pg/transaction.h"
#include "system/terminology/report.h"

namespace sluice::ocl {

// Errors (kNever, kRun): "task-unknown".
ReportHead ReadHead(pg::Connection& connection, const std::string& task);

// How many lines did not do what they say.
uint64_t CountFailed(pg::Connection& connection, const std::string& task);

// The whole report, piece by piece, so that one of a million lines needs no memory: at most about
// 64 KiB is held, or one result where that is larger.
class TaskReport {
 public:
  // `connection` is used until the reader ends, and outlives it. Errors: as ReadHead.
  TaskReport(pg::Connection& connection, std::string task, ReportFormat format);
  // The next piece; empty after the last. Errors: the server's.
  std::string Next();

 private:
  enum class Stage { kHead, kResults, kEnded };
  std::string NextResults();
  // The lines of about 64 KiB of results, in the order of reports; empty after the last.
  std::vector<int64_t> NextLines();

  pg::Connection& connection_;
  const std::string task_;
  pg::Transaction snapshot_;
  ReportWriter writer_;
  Stage stage_ = Stage::kHead;
  std::vector<std::pair<int64_t, int64_t>> lines_;  // fetched: line, bytes of its result
  size_t next_ = 0;
};

}  // namespace sluice::ocl
