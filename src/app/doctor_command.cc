// sluice doctor: looks at everything a load needs, and starts nothing.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "app/checkup_report.h"
#include "app/command.h"
#include "app/load_request.h"
#include "app/target.h"
#include "ledger/schema.h"
#include "pg/migration.h"
#include "pg/postgres_programs.h"
#include "pg/private_cluster.h"
#include "system/table/aws_s3.h"

namespace sluice {
namespace {

using Verdict = Check::Verdict;

// Collects checks; what one throws is its finding.
class Examination {
 public:
  explicit Examination(const Invocation& call) : call_(call) {}

  ExitCode Run() {
    ExamineTarget();
    ExamineStore();
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    Add(JudgeOpenFiles(files.rlim_cur, call_.settings.threads));
    return failed_ ? ExitCode::kOurFault : ExitCode::kDone;
  }

 private:
  void Add(const Check& check) {
    failed_ = failed_ || check.verdict == Verdict::kFail;
    if (call_.settings.json) {
      fmt::print("{}\n", CheckJson(check));
    } else if (!call_.settings.quiet || check.verdict == Verdict::kFail) {
      fmt::print("{}", CheckText(check));
    }
  }

  template <class Deed>
  void Try(const std::string& what, Verdict on_error, Deed deed) {
    try {
      deed();
    } catch (const Error& error) {
      if (call_.stop.requested()) throw;
      Add(JudgeError(what, on_error, error));
    }
  }

  void ExamineTarget() {
    if (call_.settings.into.empty()) {
      Try("private", Verdict::kFail, [&] { ExaminePrivateCluster(); });
    }
    Try("database", Verdict::kFail, [&] {
      std::optional<Target> target = RunningTarget(call_.settings);
      if (!target) {
        Add({Verdict::kOk, "database", "the private PostgreSQL does not run; a load starts it",
             ""});
        return;
      }
      Database database = OpenDatabase(*target, call_.settings, "doctor", call_.stop);
      pg::Connection connection = database.Connect(Database::Use::kControl);
      Add({Verdict::kOk, "database", "it answers", ""});
      for (const Check& check : JudgeDatabase(ExamineDatabase(connection))) Add(check);
      ExamineMigrations(connection);
      for (const Check& check : JudgeAwsS3(ExamineAwsS3(connection))) Add(check);
    });
  }

  void ExaminePrivateCluster() {
    const char* path = std::getenv("PATH");
    pg::PostgresPrograms programs =
        pg::FindPostgres(std::nullopt, "/usr/lib/postgresql", path == nullptr ? "" : path);
    Add({Verdict::kOk, "private", "PostgreSQL's programs are in " + programs.bin.string(), ""});
    std::filesystem::path place = pg::PrivateCluster::DefaultRoot();
    std::error_code failed;
    while (!std::filesystem::exists(place, failed) && place.has_relative_path()) {
      place = place.parent_path();
    }
    std::filesystem::space_info space = std::filesystem::space(place, failed);
    if (!failed) {
      Add(JudgeDiskSpace("the private PostgreSQL in " + place.string(), space.available));
    }
  }

  void ExamineMigrations(pg::Connection& connection) {
    auto states = pg::MigrationStatus(connection, LedgerMigrations());
    auto due = std::ranges::count_if(
        states, [](const pg::MigrationState& state) { return state.applied_at.empty(); });
    Add({Verdict::kOk, "ledger",
         due == 0 ? "up to date" : fmt::format("{} migrations are due; a load applies them", due),
         ""});
  }

  void ExamineStore() {
    // Without keys, files and presigned URLs can be loaded all the same.
    Try("credentials", Verdict::kWarn, [&] {
      Add({Verdict::kOk, "credentials",
           "S3 keys are found in " + ExamineCredentials(call_.settings.profile), ""});
    });
    if (call_.settings.s3_endpoint.empty()) return;
    Try("endpoint", Verdict::kFail, [&] {
      LoadOptions options;
      options.s3_endpoint = call_.settings.s3_endpoint;
      options.ca_bundle = call_.settings.ca_bundle;
      options.connect_timeout = call_.settings.connect_timeout;
      options.read_timeout = call_.settings.read_timeout;
      EndpointFacts facts = ExamineEndpoint(options, call_.stop);
      Add(JudgeEndpoint(facts));
      if (facts.clock_ahead) Add(JudgeClock("the endpoint", *facts.clock_ahead));
    });
  }

  const Invocation& call_;
  bool failed_ = false;
};

ExitCode Doctor(const Invocation& call) { return Examination(call).Run(); }

}  // namespace

Command DoctorCommand() {
  return {.name = "doctor",
          .summary = "look at everything a load needs",
          .details =
              "One line per check: ok, warn or fail, with what to do. Starts and changes\n"
              "nothing. Exit status: 0 when nothing fails, else 1.",
          .arguments = {},
          .options = {"into", "threads", "s3-endpoint", "profile", "ca-bundle", "connect-timeout",
                      "read-timeout", "config", "json", "quiet", "verbose"},
          .run = Doctor};
}

}  // namespace sluice
