// What a command is: its words, its arguments and options, and the function that runs it. The
// parser, the help, the completions and the man page are made from these values.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/exit_code.h"
#include "app/settings.h"
#include "base/stop.h"

namespace sluice {

struct Argument {
  enum class Count { kOne, kOptional, kAtLeastOne, kAny };
  std::string_view name;  // "SOURCE"
  std::string_view help;
  Count count = Count::kOne;
  std::vector<std::string_view> choices = {};  // empty: anything
};

// One call of a command.
struct Invocation {
  const Settings& settings;
  const std::map<std::string, std::vector<std::string>, std::less<>>& arguments;
  const Stop& stop;  // requested by Ctrl-C and SIGTERM

  // An argument's only value; empty if it was left out.
  const std::string& one(std::string_view argument) const;
  const std::vector<std::string>& all(std::string_view argument) const;
};

struct Command {
  std::string_view name;     // "load"; of a group, "pg start"
  std::string_view summary;  // one line
  std::string_view details;  // for its help and the man page; may be empty
  std::vector<Argument> arguments;
  std::vector<std::string_view> options;  // names in AllOptions()
  // Errors: sluice::Error; the caller prints it and turns it into the exit status.
  ExitCode (*run)(const Invocation&);
};

// Words that have commands below them: pg, migrate.
struct CommandGroup {
  std::string_view name;
  std::string_view summary;
};

std::span<const Command> AllCommands();
std::span<const CommandGroup> CommandGroups();

Command LoadCommand();
Command ExtractCommand();
Command TransferCommand();
Command PlanCommand();
Command WorkCommand();
Command ServeCommand();
Command StatusCommand();
Command ObjectsCommand();
Command ExplainCommand();
Command RetryCommand();
Command ForgetCommand();
Command CancelCommand();
Command RejectsCommand();
Command ReplayCommand();
Command IndexesCommand();
std::vector<Command> PgCommands();
std::vector<Command> MigrateCommands();
Command DoctorCommand();
std::vector<Command> ImagesCommands();
Command LanesCommand();
Command TokensCommand();
Command UsersCommand();
Command VersionCommand();
Command CompletionCommand();

}  // namespace sluice
