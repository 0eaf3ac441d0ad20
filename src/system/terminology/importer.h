// Applies the lines of a submission, batch by batch, exactly as one line after the other in file
// order would be: a batch reads what its lines ask for in a few statements, applies line after line
// to that view, and writes what came of it in a few more. doc/decisions tells why.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "system/terminology/line_result.h"
#include "system/terminology/lookups.h"
#include "system/terminology/script_line.h"
#include "system/terminology/store.h"

namespace sluice::ocl {

struct Submission {
  std::string task;  // UUID
  Requester requester;
  bool update_if_exists = true;
  bool test_mode = false;  // its transaction will be rolled back: no sequence moves
};

// A line as it stands in the script.
struct RawLine {
  uint64_t number = 0;     // physical line, from 1
  std::string_view bytes;  // 64 readable bytes follow
};

class Importer {
 public:
  // Both outlive the importer.
  Importer(pg::Connection& connection, const Submission& submission);

  // Applies the lines; their results, in order. A line that the database refuses for a reason of
  // its own becomes a SKIP; the others are applied. REQUIRES: a transaction is open.
  // Errors: what concerns no single line (a lost session, a lock that does not come free: kLater).
  std::vector<LineResult> Apply(std::span<const RawLine> lines);

 private:
  void ApplyBatch(std::span<const ScriptLine> lines, int tries);
  void ApplyLines(std::span<const ScriptLine> lines);
  void ApplyLine(const ScriptLine& line);
  void Lock(std::span<const ScriptLine> lines);

  pg::Connection& connection_;
  const Submission& submission_;
  IdBlock ids_;
  Store store_;
  Lookups lookups_;
  LineReader reader_;
  std::string now_;
  std::vector<LineResult> results_;
  std::unordered_set<std::string> versioned_;  // repositories with a version still to be filled
};

}  // namespace sluice::ocl
