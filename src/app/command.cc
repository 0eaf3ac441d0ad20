#include "app/command.h"

#include "base/check.h"

namespace sluice {

const std::vector<std::string>& Invocation::all(std::string_view argument) const {
  static const std::vector<std::string> none;
  auto found = arguments.find(argument);
  return found == arguments.end() ? none : found->second;
}

const std::string& Invocation::one(std::string_view argument) const {
  static const std::string empty;
  const std::vector<std::string>& values = all(argument);
  return values.empty() ? empty : values.front();
}

std::span<const Command> AllCommands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> commands = {
        LoadCommand(),   ExtractCommand(), TransferCommand(), PlanCommand(),    WorkCommand(),
        ServeCommand(),  StatusCommand(),  ObjectsCommand(),  ExplainCommand(), RetryCommand(),
        ForgetCommand(), CancelCommand(),  RejectsCommand(),  ReplayCommand(),  IndexesCommand()};
    for (auto part : {ImagesCommands(), PgCommands(), MigrateCommands()}) {
      commands.insert(commands.end(), part.begin(), part.end());
    }
    commands.insert(commands.end(), {LanesCommand(), TokensCommand(), UsersCommand()});
    commands.insert(commands.end(), {DoctorCommand(), VersionCommand(), CompletionCommand()});
    return commands;
  }();
  return all;
}

std::span<const CommandGroup> CommandGroups() {
  static constexpr CommandGroup kGroups[] = {
      {"images", "registrations of images, beside `load images`"},
      {"pg", "the private PostgreSQL: a server of sluice's own"},
      {"migrate", "the ledger's schema in the database"},
  };
  return kGroups;
}

}  // namespace sluice
