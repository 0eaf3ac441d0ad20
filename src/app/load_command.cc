// sluice load: an import in the foreground, with progress; resumes by itself.
#include <fmt/format.h>

#include "app/as_json.h"
#include "app/command.h"
#include "app/complain.h"
#include "app/load_request.h"
#include "app/plan.h"
#include "app/progress_display.h"
#include "app/script_request.h"
#include "app/summary.h"
#include "app/system_registry.h"
#include "app/target.h"
#include "app/text.h"
#include "app/version.h"
#include "engine/generation.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "SYSTEM: fhir, images, table, terminology, traffic. SOURCE: s3://BUCKET/PREFIX, a directory, "
    "a\n"
    "file, or a presigned https:// URL; terminology: one script; images: also an S3 Inventory's\n"
    "manifest.json or a Batch Operations CSV.\n"
    "Every object is loaded once: run the same command again after any interruption, and it goes\n"
    "on where it stopped. Credentials come from the environment or an AWS profile, never from\n"
    "flags.";

// What an ended import left behind, read after the user's stop, which would end every wait.
class Aftermath {
 public:
  Aftermath(const Database& database, ImportId import)
      : database_(database.WithoutStop()), import_(import) {}

  std::vector<JobRow> Failed() {
    pg::Connection connection = database_.Connect(Database::Use::kControl);
    return ListJobs(connection, import_, JobState::kDead, {}, kFailedShownMax);
  }

  // Objects that --changed skip passed over.
  uint64_t CountChanged() {
    constexpr int kPage = 1000;
    pg::Connection connection = database_.Connect(Database::Use::kControl);
    uint64_t changed = 0;
    JobId after;
    for (;;) {
      std::vector<JobRow> page = ListJobs(connection, import_, JobState::kSkipped, after, kPage);
      for (const JobRow& job : page) changed += job.reason == "changed" ? 1 : 0;
      if (page.size() < kPage) return changed;
      after = page.back().id;
    }
  }

 private:
  Database database_;
  ImportId import_;
};

Summary Summarise(const RunResult& result, const Database& database, ChangedPolicy policy) {
  std::vector<JobRow> failed;
  uint64_t changed = 0;
  try {
    Aftermath aftermath(database, result.import);
    if (result.tally.all(JobState::kDead).jobs != 0) failed = aftermath.Failed();
    if (policy == ChangedPolicy::kSkip) changed = aftermath.CountChanged();
  } catch (const Error& error) {
    Notice(false, "the failed objects could not be listed: " + error.message());
  }
  return MakeSummary(result, changed, std::move(failed));
}

// `counts`: how much was loaded; where the system has a report of its own, that takes its place.
void Tell(const Summary& summary, const Settings& settings, bool counts) {
  if (settings.json && counts) {
    fmt::print("{}\n", SummaryJson(summary));
  } else if (!settings.quiet && counts) {
    fmt::print("{}{}", SummaryText(summary), FailuresText(summary));
  } else {
    fmt::print(stderr, "{}", FailuresText(summary));
  }
  if (summary.fault) Complain(*summary.fault, settings.json);
  if (summary.interrupted) {
    Notice(settings.quiet, "interrupted: run the same command again, and it goes on from here");
  } else if (summary.state == ImportState::kCancelled) {
    Notice(false, "the import was cancelled; what was loaded until then is in");
  } else if (!summary.fault && summary.state != ImportState::kCompleted) {
    Notice(false, "the import did not complete here: see `sluice status`");
  }
}

ExitCode Enqueue(const RunRequest& request, const Database& database, const Invocation& call) {
  RunResult result = EnqueueImport(request, database, call.stop);
  Summary summary = MakeSummary(result, 0, {});
  if (call.settings.json) {
    fmt::print("{}\n", SummaryJson(summary));
  } else if (!call.settings.quiet) {
    uint64_t waiting = summary.objects.waiting;
    fmt::print("import {}: {} wait{} in the queue; `sluice work` loads them\n", result.import.value,
               Counted(waiting, "object"), waiting == 1 ? "s" : "");
  }
  return ExitCode::kDone;
}

RunRequest MakeRequest(const LoadRequest& load, const System& system, const Settings& settings) {
  return {.system = system,
          .options = load.options,
          .urls = load.urls,
          .threads = settings.threads,
          .version = std::string(Version()),
          .command = "load",
          .make_system = MakeSystem};
}

ExitCode RunAndTell(RunRequest& request, const Database& database, const Invocation& call) {
  const Settings& settings = call.settings;
  ProgressDisplay display(settings);
  request.observe = [&](const RunStatus& status) { display.Show(status); };
  RunResult result = RunImport(request, database, call.stop);
  display.Finish(result);
  bool renewed = settings.renewal != Renewal::kKeep && !result.fault;
  if (renewed && result.state == ImportState::kCompleted) {
    FinishGeneration(request, result.import, database, call.stop);
  }
  Summary summary = Summarise(result, database, settings.changed);
  bool is_script = request.options.system == "terminology";
  bool failed = is_script && !settings.json && TellScript(request.options, settings, database);
  Tell(summary, settings, !is_script || settings.json);
  ExitCode exit = ExitFor(summary);
  // A trial counts no bad lines, and is asked for them.
  return exit == ExitCode::kDone && failed ? ExitCode::kRejectsWithinLimit : exit;
}

ExitCode Load(const Invocation& call) {
  const Settings& settings = call.settings;
  CheckThreads(settings);
  const std::string& name = call.one("SYSTEM");
  LoadRequest load = MakeLoadRequest(name, call.all("SOURCE"), settings);
  std::unique_ptr<System> system = RequestSystem(load, settings, call.stop);
  if (settings.dry_run) return Plan(*system, load, call);

  Target target = StartTarget(settings);
  if (target.is_private) {
    Notice(settings.quiet, "loading into the private PostgreSQL (--into names another database)");
  }
  Database database = OpenDatabase(target, settings, "load", call.stop);
  MigrateLedger(database);
  bool is_script = name == "terminology";
  if (is_script) {
    SubmitScript(load, settings, database);
    system = MakeSystem(name, load.options);
  }
  RunRequest request = MakeRequest(load, *system, settings);
  if (is_script) BindScript(request, database);
  if (settings.renewal != Renewal::kKeep) {
    BeginGeneration(request, database, call.stop);
    system->FillAside(request.options);
  }
  if (settings.background) return Enqueue(request, database, call);
  return RunAndTell(request, database, call);
}

}  // namespace

Command LoadCommand() {
  return {
      .name = "load",
      .summary = "load a source's objects, each once; resumes by itself",
      .details = kDetails,
      .arguments = {{"SYSTEM", "what the objects hold: fhir, images, table, terminology, traffic"},
                    {"SOURCE", "where they are", Argument::Count::kAtLeastOne}},
      .options = {"into",
                  "threads",
                  "prefix",
                  "include",
                  "exclude",
                  "limit",
                  "types",
                  "legacy-rewrite",
                  "after",
                  "order",
                  "changed",
                  "attempts",
                  "lane",
                  "background",
                  "upsert",
                  "history",
                  "conflict",
                  "on-duplicate",
                  "on-reject",
                  "rejects-max",
                  "then",
                  "rate",
                  "then-dead",
                  "notify",
                  "notify-channel",
                  "watch",
                  "max-pressure",
                  "connect-timeout",
                  "set-aside-indexes",
                  "set-aside-primary-key",
                  "set-aside-foreign-keys",
                  "read-timeout",
                  "dry-run",
                  "s3-endpoint",
                  "s3-path-style",
                  "region",
                  "profile",
                  "ca-bundle",
                  "config",
                  "progress",
                  "json",
                  "quiet",
                  "verbose",
                  "table",
                  "columns",
                  "format",
                  "delimiter",
                  "null",
                  "quote",
                  "escape",
                  "header",
                  "encoding",
                  "extra-keys",
                  "key",
                  "create",
                  "truncate",
                  "replace",
                  "append",
                  "atomic",
                  "as",
                  "queue",
                  "test-mode",
                  "update-if-exists",
                  "result",
                  "via",
                  "gateway",
                  "gateway-idempotent",
                  "check-user",
                  "uncertain",
                  "gateway-timeout"},
      .run = Load};
}

}  // namespace sluice
