// An import's results as OCL's clients read them: summary, report and json. Pure: counts and
// results in, text out, piece by piece, so that a report of a million lines needs no memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "system/terminology/line_result.h"

namespace sluice::ocl {

struct ResultTally {
  std::string action;  // NEW, UPDATE, DELETE, SKIP, in this order
  std::string status_code;
  uint64_t count = 0;
};

struct ReportHead {
  std::vector<ResultTally> tallies;
  uint64_t total_lines = 0;
  double elapsed_seconds = 0;
  bool test_mode = false;

  uint64_t count() const;    // of results
  uint64_t skipped() const;  // of those, SKIPs
};

// "Processed 348 of 348 -- 346 NEW (200:39, 201:307); 1 UPDATE (200:1); 1 DELETE (200:1)"
std::string SummaryLine(const ReportHead& head);

enum class ReportFormat { kReport, kJson };

// Results come in the order of their roots, actions (NEW, UPDATE, DELETE, SKIP) and codes.
class ReportWriter {
 public:
  explicit ReportWriter(ReportFormat format) : format_(format) {}

  std::string Begin(const ReportHead& head);
  std::string Add(const LineResult& result);
  std::string End();

 private:
  std::string AddText(const LineResult& result, bool new_root, bool new_code);
  std::string AddJson(const LineResult& result, bool new_root, bool new_action, bool new_code);

  const ReportFormat format_;
  bool empty_ = true;
  std::string root_, action_, code_;  // of the last result
};

}  // namespace sluice::ocl
