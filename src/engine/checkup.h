// What `doctor` asks the outside world: plain facts, for others to judge.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/stop.h"
#include "engine/load_options.h"
#include "pg/connection.h"

namespace sluice {

struct DatabaseFacts {
  int version = 0;                           // 150018
  bool lz4 = false;                          // TOAST compression
  bool may_create = false;                   // in schema public, or make schema sluice
  std::chrono::milliseconds clock_ahead{0};  // of this machine's
};
DatabaseFacts ExamineDatabase(pg::Connection& connection);

// Where S3 keys come from ("the environment", "profile x"), never the keys.
// Errors: the credential chain's.
std::string ExamineCredentials(const std::string& profile);

struct EndpointFacts {
  int status = 0;                                        // any answer means that it is there
  std::optional<std::chrono::milliseconds> clock_ahead;  // if its answer has a Date
};
// Errors: the HTTP client's.
EndpointFacts ExamineEndpoint(const LoadOptions& options, const Stop& stop);

}  // namespace sluice
