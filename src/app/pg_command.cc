// sluice pg: the private PostgreSQL.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/command.h"
#include "app/complain.h"
#include "base/error.h"
#include "pg/private_cluster.h"

namespace sluice {
namespace {

pg::PrivateCluster Private() { return pg::PrivateCluster(pg::PrivateCluster::DefaultRoot()); }

void TellState(const Invocation& call, std::string_view state, const std::string& url) {
  if (call.settings.json) {
    fmt::print("{{\"state\":\"{}\",\"url\":\"{}\"}}\n", state, url);
  } else if (!call.settings.quiet) {
    fmt::print("{}\n", state);
  }
}

ExitCode Start(const Invocation& call) {
  pg::PrivateCluster cluster = Private();
  bool started = cluster.Start();
  TellState(call, started ? "started" : "running already", cluster.url());
  return ExitCode::kDone;
}

ExitCode StopServer(const Invocation& call) {
  pg::PrivateCluster cluster = Private();
  bool stopped = cluster.Stop(call.settings.immediate);
  TellState(call, stopped ? "stopped" : "was not running", cluster.url());
  return ExitCode::kDone;
}

ExitCode Url(const Invocation& call) {
  std::string url = Private().url();
  if (call.settings.json) {
    fmt::print("{{\"url\":\"{}\"}}\n", url);
  } else {
    fmt::print("{}\n", url);
  }
  return ExitCode::kDone;
}

ExitCode Psql(const Invocation& call) {
  pg::PrivateCluster cluster = Private();
  if (cluster.Start()) Notice(call.settings.quiet, "started the private PostgreSQL");
  // As an option of psql's, so that the user's arguments may come in any order and number.
  std::vector<std::string> words = {"psql", "--dbname=" + cluster.url()};
  const std::vector<std::string>& more = call.all("ARGS");
  words.insert(words.end(), more.begin(), more.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp("psql", argv.data());
  throw Fault("postgres-missing", std::string("cannot run psql: ") + std::strerror(errno))
      .With(Scope::kRun)
      .Remedy("install the package postgresql-client");
}

}  // namespace

std::vector<Command> PgCommands() {
  return {
      {.name = "pg start",
       .summary = "make it where it is missing, start it where it is not running",
       .details =
           "It lives under $XDG_DATA_HOME/sluice/pg, for root under /var/lib/sluice/pg, and\n"
           "listens on a unix socket of its own only. It outlives sluice.",
       .arguments = {},
       .options = {"json", "quiet"},
       .run = Start},
      {.name = "pg stop",
       .summary = "stop it",
       .details = "",
       .arguments = {},
       .options = {"immediate", "json", "quiet"},
       .run = StopServer},
      {.name = "pg url",
       .summary = "print its database URL",
       .details = "",
       .arguments = {},
       .options = {"json"},
       .run = Url},
      {.name = "pg psql",
       .summary = "psql in it; `-- ARGS` are psql's own",
       .details = "As in: sluice pg psql -- -AtX -c 'SELECT count(*) FROM patient'",
       .arguments = {{"ARGS", "arguments for psql, after --", Argument::Count::kAny}},
       .options = {"quiet"},
       .run = Psql},
  };
}

}  // namespace sluice
