#include "app/script_request.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "engine/source.h"
#include "system/terminology/script_options.h"
#include "system/terminology/submission.h"
#include "system/terminology/task_report.h"

namespace sluice {
namespace {

[[noreturn]] void Refuse(const std::string& why, const std::string& remedy) {
  throw Fault("usage", why).With(Scope::kRun).Remedy(remedy);
}

// One submission is one script: the results of a line are known by its number.
void CheckSource(const LoadOptions& options) {
  if (options.sources.size() != 1) {
    Refuse("load terminology takes one script", "load one script after the other");
  }
  Source source = ParseSource(options.sources[0]);
  std::error_code ignored;
  bool is_directory =
      source.kind == Source::Kind::kFile && std::filesystem::is_directory(source.path, ignored);
  if (is_directory) {
    Refuse("load terminology takes a script, not a directory", "load one script after the other");
  }
}

}  // namespace

void RequestScript(LoadRequest& request, const Settings& settings) {
  LoadOptions& options = request.options;
  CheckSource(options);
  ocl::CheckQueueName(settings.queue);
  bool reads_otherwise = options.policy.upsert || options.watch || options.aside.any() ||
                         options.changed != ChangedPolicy::kError ||
                         options.policy.on_reject != RejectPolicy::kFail;
  if (reads_otherwise) {
    Refuse(
        "a script says itself what is to be done: --upsert, --changed, --on-reject, --watch and "
        "--set-aside-indexes are for loads of records",
        "leave them out");
  }
  options.threads = 1;
  options.system_options =
      ocl::ToJson(ocl::ScriptOptions{.task = "",
                                     .username = settings.as,
                                     .queue = settings.queue,
                                     .update_if_exists = settings.update_if_exists,
                                     .test_mode = settings.test_mode});
}

void SubmitScript(LoadRequest& request, const Settings& settings, const Database& database) {
  ocl::ScriptOptions script = ocl::ParseScriptOptions(request.options.system_options);
  pg::Connection connection = database.Connect(Database::Use::kControl);
  ocl::ActAs(connection, settings.as, script);
  ocl::AddOrResumeTask(connection, request.options.sources[0], script);
  request.options.system_options = ocl::ToJson(script);
  if (request.options.lane.empty()) request.options.lane = script.Lane();
}

void BindScript(const RunRequest& request, const Database& database) {
  pg::Connection connection = database.Connect(Database::Use::kControl);
  ocl::ScriptOptions script = ocl::ParseScriptOptions(request.options.system_options);
  ocl::BindTask(connection, script.task, OpenImportOf(request, connection));
}

bool TellScript(const LoadOptions& options, const Settings& settings, const Database& database) {
  std::string task = ocl::ParseScriptOptions(options.system_options).task;
  // Also what an interrupted import came to.
  pg::Connection connection = database.WithoutStop().Connect(Database::Use::kControl);
  if (settings.result == "summary") {
    fmt::print("{}\n", ocl::SummaryLine(ocl::ReadHead(connection, task)));
    return ocl::CountFailed(connection, task) != 0;
  }
  auto format = settings.result == "json" ? ocl::ReportFormat::kJson : ocl::ReportFormat::kReport;
  ocl::TaskReport report(connection, task, format);
  for (std::string piece = report.Next(); !piece.empty(); piece = report.Next()) {
    fmt::print("{}", piece);
  }
  if (format == ocl::ReportFormat::kJson) fmt::print("\n");
  return ocl::CountFailed(connection, task) != 0;
}

}  // namespace sluice
