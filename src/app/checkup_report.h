// How `doctor` judges what it found: one line per check.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/checkup.h"
#include "system/table/aws_s3.h"

namespace sluice {

struct Check {
  enum class Verdict { kOk, kWarn, kFail };
  Verdict verdict = Verdict::kOk;
  std::string what;     // "database"
  std::string finding;  // one sentence
  std::string remedy;   // empty where all is well
};

std::vector<Check> JudgeDatabase(const DatabaseFacts& facts);
// Nothing where there is no extension: then loads go through this process, which is the default.
std::vector<Check> JudgeAwsS3(const AwsS3Facts& facts);
Check JudgeClock(const std::string& whose, std::chrono::milliseconds ahead);
Check JudgeEndpoint(const EndpointFacts& facts);
Check JudgeOpenFiles(uint64_t limit, int threads);
Check JudgeDiskSpace(const std::string& where, uint64_t free_bytes);
Check JudgeError(const std::string& what, Check::Verdict verdict, const Error& error);

std::string CheckText(const Check& check);
std::string CheckJson(const Check& check);

}  // namespace sluice
