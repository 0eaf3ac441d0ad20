#include "app/checkup_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/text.h"
#include "base/unit.h"

namespace sluice {
namespace {

using Verdict = Check::Verdict;
using std::chrono::milliseconds;

// pg_terminate_backend that waits, which the rescuer needs, came with 14.
constexpr int kOldestVersion = 140000;
// S3 refuses signatures that are 15 minutes off; leases use the database's clock alone.
constexpr milliseconds kSkewWarn{60 * 1000};
constexpr milliseconds kSkewFail{15 * 60 * 1000};
// Per thread: a session, an object's connections, and what they wait on. The rest is the process's.
constexpr uint64_t kFilesPerThread = 8;
constexpr uint64_t kFilesOfProcess = 64;
constexpr uint64_t kDiskWarnBytes = 10'000'000'000;
constexpr uint64_t kDiskFailBytes = 500'000'000;

std::string_view Word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kWarn:
      return "warn";
    case Verdict::kFail:
      return "fail";
  }
  return "?";
}

}  // namespace

std::vector<Check> JudgeDatabase(const DatabaseFacts& facts) {
  std::vector<Check> checks;
  std::string version =
      fmt::format("PostgreSQL {}.{}", facts.version / 10000, facts.version % 10000);
  if (facts.version < kOldestVersion) {
    checks.push_back({Verdict::kFail, "version", version + " is too old", "use 14 or newer"});
  } else {
    checks.push_back({Verdict::kOk, "version", version, ""});
  }
  if (facts.lz4) {
    checks.push_back({Verdict::kOk, "lz4", "the server compresses with lz4", ""});
  } else {
    checks.push_back({Verdict::kWarn, "lz4",
                      "the server cannot compress with lz4: loads are slower",
                      "use a server built with lz4"});
  }
  if (facts.may_create) {
    checks.push_back({Verdict::kOk, "grants", "tables and the ledger can be made", ""});
  } else {
    checks.push_back({Verdict::kWarn, "grants",
                      "this role may not make tables in schema public, or the ledger",
                      "grant what doc/reference/permissions.md lists, unless all of it is there"});
  }
  checks.push_back(JudgeClock("the database", facts.clock_ahead));
  return checks;
}

std::vector<Check> JudgeAwsS3(const AwsS3Facts& facts) {
  if (!facts.there) return {};
  if (facts.may_be_called) {
    return {{Verdict::kOk, "aws_s3",
             "the database has it: load table --via server can be used, if the instance has a role "
             "for the bucket",
             ""}};
  }
  return {{Verdict::kWarn, "aws_s3", "the database has it, and this role may not call it",
           "GRANT USAGE ON SCHEMA aws_s3, aws_commons; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "
           "aws_s3, aws_commons"}};
}

Check JudgeClock(const std::string& whose, milliseconds ahead) {
  milliseconds off = ahead < milliseconds(0) ? -ahead : ahead;
  std::string finding = off < milliseconds(2000)
                            ? fmt::format("this machine's and that of {} agree", whose)
                            : fmt::format("this machine's is {} {} that of {}",
                                          FormatSeconds(static_cast<double>(off.count()) / 1000),
                                          ahead < milliseconds(0) ? "behind" : "ahead of", whose);
  Verdict verdict = off >= kSkewFail   ? Verdict::kFail
                    : off >= kSkewWarn ? Verdict::kWarn
                                       : Verdict::kOk;
  return {verdict, "clock", finding,
          verdict == Verdict::kOk ? "" : "keep both clocks right (chrony, systemd-timesyncd)"};
}

Check JudgeEndpoint(const EndpointFacts& facts) {
  if (facts.status >= 500) {
    return {Verdict::kWarn, "endpoint", fmt::format("it answers with status {}", facts.status),
            "see the S3 server's log"};
  }
  return {Verdict::kOk, "endpoint", fmt::format("it answers (status {})", facts.status), ""};
}

Check JudgeOpenFiles(uint64_t limit, int threads) {
  uint64_t needed = kFilesOfProcess + kFilesPerThread * static_cast<uint64_t>(threads);
  std::string finding = fmt::format("{} may be open, {} threads need {}", FormatCount(limit),
                                    threads, FormatCount(needed));
  if (limit >= needed) return {Verdict::kOk, "open files", finding, ""};
  return {Verdict::kFail, "open files", finding,
          fmt::format("ulimit -n {}, or fewer --threads", needed)};
}

Check JudgeDiskSpace(const std::string& where, uint64_t free_bytes) {
  Verdict verdict = free_bytes < kDiskFailBytes   ? Verdict::kFail
                    : free_bytes < kDiskWarnBytes ? Verdict::kWarn
                                                  : Verdict::kOk;
  return {verdict, "disk", fmt::format("{} free for {}", FormatBytes(free_bytes), where),
          verdict == Verdict::kOk
              ? ""
              : "free some space, or set XDG_DATA_HOME to a larger disk before the first start"};
}

Check JudgeError(const std::string& what, Verdict verdict, const Error& error) {
  return {verdict, what,
          fmt::format("{} [{}/{}]", error.message(), ToString(error.origin()), error.code()),
          error.remedy()};
}

std::string CheckText(const Check& check) {
  std::string text =
      fmt::format("{:<5} {:<12} {}\n", Word(check.verdict), check.what, Printable(check.finding));
  if (!check.remedy.empty()) {
    text += fmt::format("{:<18} remedy: {}\n", "", Printable(check.remedy));
  }
  return text;
}

std::string CheckJson(const Check& check) {
  using Json = nlohmann::ordered_json;
  return Json{{"check", check.what},
              {"verdict", Word(check.verdict)},
              {"finding", check.finding},
              {"remedy", check.remedy.empty() ? Json(nullptr) : Json(check.remedy)}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice
