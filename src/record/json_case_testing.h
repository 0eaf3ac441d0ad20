// JSON texts at the edges of what jsonb takes, each with its verdict. The record's own test checks
// the verdicts; a test with a server checks that PostgreSQL agrees.
#pragma once

#include <string>
#include <vector>

namespace sluice {

struct JsonCase {
  std::string text;
  std::string reason;  // what JsonChecker says; empty: the text is fine
  bool jsonb_takes;    // what PostgreSQL says
};

std::vector<JsonCase> JsonCases();

}  // namespace sluice
