// How an import and a run of it begin: what supervisor.h declares of that.
#include <unistd.h>

#include "base/crash_point.h"
#include "engine/pace.h"
#include "engine/process.h"
#include "engine/source.h"
#include "engine/supervisor.h"
#include "ledger/worker_ledger.h"

namespace sluice {

ImportId BeginImport(const RunRequest& request, const Database& database) {
  pg::Connection connection = database.ConnectPatiently(Database::Use::kControl);
  ImportId import = OpenImportOf(request, connection);
  SetPace(connection, import, request.options);
  if (!StartImport(connection, import)) {
    throw Fault("import-cancelled", "the import was cancelled while it began")
        .With(Scope::kRun)
        .With(Retry::kLater);
  }
  CrashPoint("import-started");
  return import;
}

ImportId OpenImportOf(const RunRequest& request, pg::Connection& connection) {
  std::string shown;
  for (const std::string& source : request.options.sources) {
    shown += (shown.empty() ? "" : " ") + ParseSource(source).Shown();
  }
  return OpenImport(connection, request.options.system, ImportScope(request.options), shown,
                    ToJson(request.options));
}

WorkerId RegisterRun(pg::Connection& connection, const RunRequest& request, ImportId import) {
  return RegisterWorker(connection, {.host = HostName(),
                                     .pid = getpid(),
                                     .place = ProcessPlace(),
                                     .pid_start = ProcessStart(getpid()),
                                     .version = request.version,
                                     .command = request.command,
                                     .import = import});
}

}  // namespace sluice
